package check

// A JSONReport is a report as JSON.
type JSONReport struct {
	File         string        `json:"file"`
	OK           bool          `json:"ok"`
	Comparisons  int           `json:"comparisons"`
	Extreme      int           `json:"extreme"`
	Skipped      int           `json:"skipped"`
	Cancelled    int           `json:"cancelled"`
	Edges        int           `json:"edges"`
	OutOfRange   int           `json:"out_of_range"`
	OutOfRangeAt string        `json:"out_of_range_at,omitempty"`
	Worst        *JSONWorst    `json:"worst,omitempty"`
	WorstUlps    *JSONWorst    `json:"worst_ulps,omitempty"`
	Kernels      string        `json:"kernels,omitempty"`
	Uncompared   []string      `json:"uncompared,omitempty"`
	Findings     []JSONFinding `json:"findings"`
}

// A JSONWorst is the largest error of compiled Go as JSON.
type JSONWorst struct {
	Item      string  `json:"item"`
	Ulps      float64 `json:"ulps"`
	Condition float64 `json:"condition"`
	Relative  float64 `json:"relative"` // ulps by condition
	At        string  `json:"at"`
	Replay    string  `json:"replay"`
}

// A JSONFinding is a finding as JSON.
type JSONFinding struct {
	What   string `json:"what"`
	At     string `json:"at,omitempty"`
	Replay string `json:"replay,omitempty"`
}

// OK reports whether something was compared, nothing differed and no kernel was left out. A file without expressions has nothing to compare.
func (r *Report) OK() bool {
	return len(r.Findings) == 0 && (r.Points > 0 || len(r.Uncompared) == 0) && !r.Unchecked
}

// JSON returns the report on a file as JSON.
func (r *Report) JSON(file string) JSONReport {
	out := JSONReport{File: file, OK: r.OK(), Comparisons: r.Points, Extreme: r.Extreme, Skipped: r.Skipped, Cancelled: r.Cancelled,
		Edges: r.Edges, OutOfRange: r.OutOfRange, OutOfRangeAt: r.OutOfRangeAt, Worst: r.Worst.json(), WorstUlps: r.WorstUlps.json(), Kernels: r.Kernels, Uncompared: r.Uncompared, Findings: []JSONFinding{}}
	for _, f := range r.Findings {
		out.Findings = append(out.Findings, JSONFinding{f.String(), f.At, f.Origin})
	}
	return out
}

func (w Worst) json() *JSONWorst {
	if w.Item == "" {
		return nil
	}
	return &JSONWorst{w.Item, w.Ulps, w.Condition, w.Relative(), w.At, w.Origin}
}
