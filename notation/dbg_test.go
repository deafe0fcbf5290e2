package notation_test
import ("testing";"fmt";"math/rand/v2")
func TestDbg(t *testing.T){
 for seed:=uint64(100);seed<160;seed++{
 text := generator{rand.New(rand.NewPCG(seed, 1))}.tensor()
 p:=problem(t)
 v:=lower(t,p,text)
 if len(text)<120 { fmt.Println(text,"\n      ", matrix(p,v)) }
 }
}
