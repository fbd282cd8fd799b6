-- Sixteen requests at a time on each connection.
init = function(args)
  local request = wrk.format()
  requests = string.rep(request, 16)
end
request = function()
  return requests
end
