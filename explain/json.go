package explain

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/seed-9905856d/derive/render"
	"github.com/seed-9905856d/derive/syntax"
)

// A formulaJSON is a formula in two spellings.
type formulaJSON struct {
	Text  string `json:"text"`
	LaTeX string `json:"latex"`
}

// A stepJSON is a step with what its right side is made of.
type stepJSON struct {
	Left  formulaJSON `json:"left"`
	Right formulaJSON `json:"right"`
	Rule  string      `json:"rule"`
	Given []string    `json:"given"`
	Steps []stepJSON  `json:"steps"`
}

// explanationJSON is an explanation.
type explanationJSON struct {
	Input      string      `json:"input"`
	Result     formulaJSON `json:"result"`
	Given      []string    `json:"given"`
	Conditions []string    `json:"conditions"`
	Where      []string    `json:"where"` // the statements that the steps are about
	Steps      []stepJSON  `json:"steps"`
	More       int         `json:"more"`
	Cut        bool        `json:"cut"`
}

// MarshalJSON returns the explanation as one object.
func (e *Explanation) MarshalJSON() ([]byte, error) {
	out := explanationJSON{Input: syntax.Print(e.Input), Result: formulaOf(e.Result), Given: textsOf(e.Given), Conditions: []string{}, Where: []string{}, Steps: stepsJSON(e.Steps), More: e.More, Cut: e.Cut}
	for _, c := range e.Conditions {
		out.Conditions = append(out.Conditions, c.Text())
	}
	for _, s := range e.File.Statements {
		out.Where = append(out.Where, syntax.PrintStatement(s))
	}
	var w bytes.Buffer
	encoder := json.NewEncoder(&w)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(out)
	return w.Bytes(), err
}

func formulaOf(x syntax.Expr) formulaJSON { return formulaJSON{syntax.Print(x), render.LaTeX(x)} }

func textsOf(xs []syntax.Expr) []string {
	out := make([]string, len(xs))
	for k, x := range xs {
		out[k] = syntax.Print(x)
	}
	return out
}

func stepsJSON(steps []Step) []stepJSON {
	out := make([]stepJSON, len(steps))
	for k, s := range steps {
		out[k] = stepJSON{formulaOf(s.Left), formulaOf(s.Right), strings.ReplaceAll(s.Rule, "`", ""), textsOf(s.Given), stepsJSON(s.Steps)}
	}
	return out
}
