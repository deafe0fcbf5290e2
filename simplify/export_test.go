package simplify

// Identities returns the calls of the table of identities.
func Identities() (calls []string) {
	for _, row := range identities {
		calls = append(calls, row.call)
	}
	return calls
}

// LeastCost is what the entries of a tensor are known to cost at least.
var LeastCost = leastCost
