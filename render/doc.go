// Package render prints syntax trees in three spellings beside the text of the language:
// LaTeX, as papers write it, MathML, and one line of Unicode.
//
// Both printers know how tightly every form binds in their spelling and put parentheses
// where, and only where, the reader needs them. They take time linear in the size of the
// tree and depend on nothing but the tree.
//
// What Unicode prints is text of the formula language: it reads back as the same tree. A
// subscript below the line is part of a name there (x₁ is the name x_1), so entries keep
// their brackets: x[1].
//
// MathML is what LaTeX prints, translated for pages.
//
// What LaTeX prints needs the packages amsmath and amssymb. Names are made of letters,
// digits and underscores; whatever else a name of a tree might hold never reaches the
// output, so no name can be a command.
package render
