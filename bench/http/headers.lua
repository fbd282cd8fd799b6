for i = 1, 97 do
  wrk.headers["X-Header-" .. i] = "value of header " .. i
end
