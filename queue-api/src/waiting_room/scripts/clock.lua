-- Redis's clock, Unix ms. Tests put another clock in its place.
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
