-- For wrk: the same figures as ask.lua's of a GET.
function done(summary, latency, requests)
  io.write(string.format('{"requests":%d,"seconds":%f,"errors":%d,"p50":%f,"p99":%f,"most":%f}\n', summary.requests,
    summary.duration / 1e6, summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write +
    summary.errors.timeout, latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
