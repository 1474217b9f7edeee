-- For wrk: a question of POST /v1/recommend for somebody new, another one each time: ten films of the first thousand.
local headers = {["Content-Type"] = "application/json"}
local seed = 0

function setup(thread)
  seed = seed + 1
  thread:set("seed", seed)
end

function init(args)
  math.randomseed(seed)
end

function request()
  local ratings = {}
  for i = 1, 10 do
    ratings[i] = string.format('{"movieId":%d,"rating":%d}', math.random(1, 1000), math.random(3, 5))
  end
  return wrk.format("POST", "/v1/recommend", headers, '{"ratings":[' .. table.concat(ratings, ",") .. '],"k":10}')
end

function response(status)
  if status ~= 200 then failures = (failures or 0) + 1 end
end

function done(summary, latency, requests)
  io.write(string.format('{"requests":%d,"seconds":%f,"errors":%d,"p50":%f,"p99":%f,"most":%f}\n', summary.requests,
    summary.duration / 1e6, summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write +
    summary.errors.timeout, latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
