wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"id":12345,"name":"a name","tags":["one","two","three"],"nested":{"a":1.5,"b":null,"c":true}}'
