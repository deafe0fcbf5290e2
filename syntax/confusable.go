package check

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/seed-9905856d/derive/syntax"
)

// lookalikes are the Cyrillic, Armenian and other letters that look like a Latin one in most typefaces. Greek letters are not among them: their
// names are spelled out. Source: Unicode Technical Standard 39, confusables.txt.
var lookalikes = map[rune]rune{
	'а': 'a', 'ԁ': 'd', 'е': 'e', 'ё': 'e', 'һ': 'h', 'і': 'i', 'ї': 'i', 'ј': 'j', 'ӏ': 'l', 'о': 'o', 'р': 'p', 'ԛ': 'q', 'ѕ': 's', 'с': 'c', 'ѵ': 'v', 'ԝ': 'w',
	'х': 'x', 'у': 'y', 'А': 'A', 'В': 'B', 'С': 'C', 'Е': 'E', 'Н': 'H', 'І': 'I', 'Ј': 'J', 'К': 'K', 'М': 'M', 'О': 'O', 'Р': 'P', 'Ѕ': 'S', 'Т': 'T', 'Х': 'X',
	'У': 'Y', 'Ү': 'Y', 'ı': 'i', 'ɑ': 'a', 'ɡ': 'g', 'ɩ': 'i', 'օ': 'o', 'ո': 'n', 'ս': 'u', 'հ': 'h', 'ց': 'g', 'ʋ': 'v',
}

// appearance returns what a name looks like: letters of other alphabets and of other styles as the plain Latin ones.
func appearance(name string) string {
	return strings.Map(func(r rune) rune {
		if plain, ok := lookalikes[r]; ok {
			return plain
		}
		return r
	}, norm.NFKC.String(name))
}

// confusableNames finds names that look like other names or functions of the file, or that mix alphabets.
func confusableNames(u *Unit) (ds syntax.Diagnostics) {
	first := map[string]string{} // by appearance, the name that was seen first
	told := map[string]bool{}
	note := func(name string, span syntax.Span) {
		looks := appearance(name)
		if other, ok := first[looks]; !ok {
			first[looks] = name
			if looks == name {
				return
			}
		} else if other != name && !told[name] {
			told[name] = true
			ds = append(ds, warning(span, "the name %s looks like %s but is another: it has %s", name, other, foreign(name, other)))
			return
		}
		if !told[name] && looks != name && strings.IndexFunc(name, isLatin) >= 0 {
			told[name] = true
			ds = append(ds, warning(span, "the name %s mixes alphabets: it has %s", name, foreign(name, looks)))
		}
	}
	for _, s := range u.file.Statements {
		for _, id := range declared(s) {
			note(id.Name, id.Source())
		}
		syntax.InspectStatement(s, func(x syntax.Expr) bool {
			switch x := x.(type) {
			case *syntax.Name:
				note(x.Name, x.Source())
			case *syntax.Call:
				note(x.Fun.Name, x.Fun.Source())
			}
			return true
		})
	}
	return ds
}

// declared returns the names that a statement introduces.
func declared(s syntax.Statement) []syntax.Ident {
	var ids []syntax.Ident
	switch s := s.(type) {
	case *syntax.Param:
		for _, d := range s.Decls {
			ids = append(ids, d.Name)
		}
	case *syntax.Define:
		ids = append(ids, s.Name)
		for _, p := range s.Params {
			ids = append(ids, p.Name)
		}
	case *syntax.Kernel:
		ids = append(ids, s.Name)
	}
	return ids
}

func isLatin(r rune) bool { return r < unicode.MaxASCII && unicode.IsLetter(r) }

// foreign returns the letters of a name that another, which looks like it, does not have, with their code points.
func foreign(name, other string) string {
	var letters []string
	for _, r := range name {
		if !strings.ContainsRune(other, r) {
			letters = append(letters, fmt.Sprintf("%c U+%04X", r, r))
		}
	}
	if len(letters) == 0 { // the other one is the foreign one
		return "none of its letters"
	}
	return strings.Join(letters, ", ")
}
