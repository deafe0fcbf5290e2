package syntax

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// lookalikes are the Cyrillic, Armenian and other letters that look like a Latin one in most typefaces. Greek letters are not among them: their
// names are spelled out. Source: Unicode Technical Standard 39, confusables.txt.
var lookalikes = map[rune]rune{
	'а': 'a', 'ԁ': 'd', 'е': 'e', 'ё': 'e', 'һ': 'h', 'і': 'i', 'ї': 'i', 'ј': 'j', 'ӏ': 'l', 'о': 'o', 'р': 'p', 'ԛ': 'q', 'ѕ': 's', 'с': 'c', 'ѵ': 'v', 'ԝ': 'w',
	'х': 'x', 'у': 'y', 'А': 'A', 'В': 'B', 'С': 'C', 'Е': 'E', 'Н': 'H', 'І': 'I', 'Ј': 'J', 'К': 'K', 'М': 'M', 'О': 'O', 'Р': 'P', 'Ѕ': 'S', 'Т': 'T', 'Х': 'X',
	'У': 'Y', 'Ү': 'Y', 'ı': 'i', 'ɑ': 'a', 'ɡ': 'g', 'ɩ': 'i', 'օ': 'o', 'ո': 'n', 'ս': 'u', 'հ': 'h', 'ց': 'g', 'ʋ': 'v',
}

// Appearance returns what a name looks like: letters of other alphabets and of other styles as the plain Latin ones.
func Appearance(name string) string {
	return strings.Map(func(r rune) rune {
		if plain, ok := lookalikes[r]; ok {
			return plain
		}
		return r
	}, norm.NFKC.String(name))
}

// Confusable warns of names that look like constants or like other names or functions of a file, or that mix alphabets.
func Confusable(file *File) (ds Diagnostics) {
	first := map[string]string{"e": "e", "inf": "inf", "pi": "pi"} // by appearance, the name that was seen first
	told := map[string]bool{}
	warn := func(at Span, format string, args ...any) {
		ds = append(ds, Diagnostic{Severity: Warning, Message: fmt.Sprintf(format, args...), Span: at})
	}
	note := func(name string, span Span) {
		if first[name] == name {
			return
		}
		looks := Appearance(name)
		if other, ok := first[looks]; !ok {
			first[looks] = name
			if looks == name {
				return
			}
		} else if other != name && !told[name] {
			told[name] = true
			warn(span, "the name %s looks like %s but is another: it has %s", name, other, otherLetters(name, other))
			return
		}
		if !told[name] && looks != name && strings.IndexFunc(name, isLatin) >= 0 {
			told[name] = true
			warn(span, "the name %s mixes alphabets: it has %s", name, otherLetters(name, looks))
		}
	}
	for _, s := range file.Statements {
		for _, id := range declared(s) {
			note(id.Name, id.Source())
		}
		InspectStatement(s, func(x Expr) bool {
			switch x := x.(type) {
			case *Name:
				note(x.Name, x.Source())
			case *Call:
				note(x.Fun.Name, x.Fun.Source())
			}
			return true
		})
	}
	return ds
}

// declared returns the names that a statement introduces.
func declared(s Statement) []Ident {
	var ids []Ident
	switch s := s.(type) {
	case *Param:
		for _, d := range s.Decls {
			ids = append(ids, d.Name)
		}
	case *Define:
		ids = append(ids, s.Name)
		for _, p := range s.Params {
			ids = append(ids, p.Name)
		}
	case *Kernel:
		ids = append(ids, s.Name)
	}
	return ids
}

func isLatin(r rune) bool { return r < unicode.MaxASCII && unicode.IsLetter(r) }

// otherLetters returns the letters of a name that another, which looks like it, does not have, with their code points.
func otherLetters(name, other string) string {
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
