package codegen

func narrow(p *Program) {}
