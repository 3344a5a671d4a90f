package gate

// Ref names an LLMKube InferenceService.
type Ref struct {
	Namespace string
	Name      string
}

// String is "namespace/name".
func (r Ref) String() string { return r.Namespace + "/" + r.Name }
