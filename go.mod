module github.com/seed-9905856d/derive

go 1.26
