-- Puts a view that was built from PostgreSQL in its place.
--
-- ARGV  1 token of the build lock, 2 the bitmap, 3 seats available in it, 4 highest fence PostgreSQL knows,
--       5 whether people wait on the waiting list: "waits" or empty, 6 free seats that they want,
--       7 areas they want, 8... triples of area, capacity, sold
-- Uses  building-view          string  token of whoever may build
--       build:<token>:person   hash    becomes `person`
--       build:<token>:applied  set, becomes `applied`
-- Reply installed
--       superseded   the build lock was lost, or another view came first; build again or use that

local token = ARGV[1]
local person, applied = 'build:' .. token .. ':person', 'build:' .. token .. ':applied'
local function give_up()
  redis.call('DEL', key(person), key(applied))
  return { 'superseded' }
end
if redis.call('GET', key('building-view')) ~= token or not view_is_missing() then return give_up() end

local function adopt(from, to)
  redis.call('DEL', key(to))
  if redis.call('EXISTS', key(from)) == 1 then
    redis.call('RENAME', key(from), key(to))
    redis.call('PERSIST', key(to))
  end
end

local now, now_us = clock()
adopt(person, 'person')
adopt(applied, 'applied')
redis.call('SET', key('view'), ARGV[2])
redis.call('DEL', key('stock'))
redis.call('HSET', key('stock'), 'available', ARGV[3])
for i = 8, #ARGV, 3 do
  local area, held = ARGV[i], 0
  redis.call('ZREMRANGEBYSCORE', key('area:' .. area), '-inf', int(now))
  for _, entry in ipairs(redis.call('ZRANGE', key('area:' .. area), 0, -1)) do
    held = held + tonumber(string.match(entry, '(%d+)$'))
  end
  held = held + places_kept(area)
  local name = 'area:' .. area .. ':'
  redis.call('HSET', key('stock'), name .. 'capacity', ARGV[i + 1], name .. 'sold', ARGV[i + 2], name .. 'held', held)
end

-- Fence and version go on growing after a loss: the clock in microseconds outruns both.
local function seed(name, least)
  local value = math.max(tonumber(redis.call('GET', key(name))) or 0, least, now_us)
  redis.call('SET', key(name), int(value))
end
seed('fence', tonumber(ARGV[4]))
seed('version', 0)

-- Holds that outlived the view are shown again.
for _, id in ipairs(redis.call('ZRANGEBYSCORE', key('due'), '(' .. int(now), '+inf')) do
  local hold = read_hold(id)
  if hold then
    local own = {}
    for _, seat in ipairs(seats_in(hold.seats)) do
      if redis.call('GET', key('seat:' .. seat)) == id then own[#own + 1] = seat end
    end
    move(own, { [AVAILABLE] = true }, HELD)
  end
end

-- So is what was kept for the waiting list; and what its people want is kept from now on. A few at a time: a command
-- has only so many arguments.
local function few(seats, act)
  for first = 1, #seats, 500 do act({ unpack(seats, first, math.min(first + 499, #seats)) }) end
end
few(redis.call('SMEMBERS', key('listed')), function(part) move(part, { [AVAILABLE] = true }, HELD) end)
if ARGV[5] == 'waits' then
  redis.call('SET', key('waiting-list'), int(now_us))
  few(seats_in(ARGV[6]), function(part) keep_seats(part, AVAILABLE) end)
  for area in string.gmatch(ARGV[7], '%d+') do keep_places(area, stock_left(area)) end
end

-- What was decided while the view was missing; the marks know what PostgreSQL showed already.
for _, entry in ipairs(redis.call('LRANGE', key('pending'), 0, -1)) do
  local what, id, user, seats, areas = string.match(entry, '^(.-)|(.-)|(.-)|(.-)|(.*)$')
  local hold = { id = id, user = user, seats = seats, areas = areas }
  if what == 'sold' then sell(hold) else return_sold(hold) end
end
redis.call('DEL', key('pending'), key('building-view'))

-- One message without seats: a version nobody expected makes every listener take a snapshot.
changes, changed_areas = {}, {}
local version = redis.call('INCR', key('version'))
redis.call('PUBLISH', key('live:seats'), '{"version":' .. int(version) .. ',"seats":[]}')
return { 'installed' }
