-- Put before every script of this folder.
--
-- KEYS[1]  what every key of one event begins with. It carries the event's hash tag, so every key named below it
--          lies in the same slot of a Redis Cluster; scripts name those keys themselves.
--
-- Keys below KEYS[1]:
--   view             string      two bits a seat, most significant first: 0 available, 1 held, 2 sold, 3 blocked
--   version          integer     grows by one with every change that is published
--   fence            integer     fence of the last hold
--   stock            hash        available (seats), area:<i>:capacity, area:<i>:sold, area:<i>:held
--   seat:<i>         string      lock of a seat: hold id; its expiry alone decides
--   area:<i>         sorted set  <hold id>:<quantity> -> expiry, Unix ms
--   hold:<id>        hash        user, seats, areas, fence, deadline, lease, extended, pinned; kept a day past its end
--   holder:<user>    sorted set  <hold id>:<quantity> -> expiry, Unix ms
--   person           hash        user -> tickets bought
--   due              sorted set  hold id -> deadline, Unix ms
--   lease-holds      hash        ordinal of a lease -> its hold
--   applied          set         s:<hold> shown as sold, r:<hold> returned; makes repetition harmless
--   pending          list        what was sold or returned while the view was missing
--   waiting-list     integer     there while people wait for what returns: when it was raised, Unix µs
--   listed           set         seats kept for the waiting list; the lock of each is "list" and does not expire
--   listed-areas     hash        area -> places kept for the waiting list; they count as held
--   leases, log                  the waiting room's (see its scripts)
--   live:seats       channel     {"version":7,"seats":[[12,1]],"areas":[[0,250]]}: new states, places left; with
--                                "map" the hash of the geometry, when it was painted anew
--
-- Lists travel as text: seats "12,13", areas "0:2,1:1" (area:quantity). Times are Redis's own, Unix ms.

local base = KEYS[1]
local AVAILABLE, HELD, SOLD, BLOCKED = 0, 1, 2, 3
local RETAIN_MS = 86400000
-- The lock of a seat that is kept for the waiting list, until it is offered or opened to everybody.
local LIST = 'list'

local changes, changed_areas = {}, {}

local function key(name) return base .. ':' .. name end

-- Lua would write large numbers with an exponent.
local function int(number) return string.format('%.0f', number) end

-- Unix ms and Unix µs; the same during one call.
local time
local function clock()
  time = time or redis.call('TIME')
  local seconds, micros = tonumber(time[1]), tonumber(time[2])
  return seconds * 1000 + math.floor(micros / 1000), seconds * 1000000 + micros
end

local function view_is_missing() return redis.call('EXISTS', key('view')) == 0 end

local function seats_in(text)
  local seats = {}
  for seat in string.gmatch(text, '%d+') do seats[#seats + 1] = seat end
  return seats
end

local function areas_in(text)
  local areas = {}
  for area, quantity in string.gmatch(text, '(%d+):(%d+)') do
    areas[#areas + 1] = { area = area, quantity = tonumber(quantity) }
  end
  return areas
end

local function count_of(seats, areas)
  local count = #seats
  for _, part in ipairs(areas) do count = count + part.quantity end
  return count
end

local function states_of(seats)
  if #seats == 0 then return {} end
  local command = {}
  for _, seat in ipairs(seats) do
    command[#command + 1] = 'GET'
    command[#command + 1] = 'u2'
    command[#command + 1] = '#' .. seat
  end
  return redis.call('BITFIELD_RO', key('view'), unpack(command))
end

-- Moves those seats that are in one of the states `from` to the state `to`; `states` saves a look where they are known.
local function move(seats, from, to, states)
  states = states or states_of(seats)
  local command, freed = {}, 0
  for i, seat in ipairs(seats) do
    local state = states[i]
    if state ~= to and from[state] then
      command[#command + 1] = 'SET'
      command[#command + 1] = 'u2'
      command[#command + 1] = '#' .. seat
      command[#command + 1] = to
      changes[#changes + 1] = '[' .. seat .. ',' .. to .. ']'
      if to == AVAILABLE then freed = freed + 1 end
      if state == AVAILABLE then freed = freed - 1 end
    end
  end
  if #command == 0 then return end
  redis.call('BITFIELD', key('view'), unpack(command))
  redis.call('HINCRBY', key('stock'), 'available', freed)
end

local function count_area(area, field, by)
  redis.call('HINCRBY', key('stock'), 'area:' .. area .. ':' .. field, by)
  changed_areas[area] = true
end

local function stock_left(area)
  local name = 'area:' .. area .. ':'
  local stock = redis.call('HMGET', key('stock'), name .. 'capacity', name .. 'sold', name .. 'held')
  return (tonumber(stock[1]) or 0) - (tonumber(stock[2]) or 0) - (tonumber(stock[3]) or 0)
end

-- The locks of seats, false where there is none; and whether people wait for what returns.
local function locks_of(seats)
  local names = { key('waiting-list') }
  for i, seat in ipairs(seats) do names[i + 1] = key('seat:' .. seat) end
  local owners = redis.call('MGET', unpack(names))
  return owners, table.remove(owners, 1) ~= false
end

-- While people wait, whatever returns is kept for them.
local function list_waits() return redis.call('EXISTS', key('waiting-list')) == 1 end

local function keep_places(area, quantity)
  if quantity <= 0 then return end
  redis.call('HINCRBY', key('listed-areas'), area, quantity)
  count_area(area, 'held', quantity)
end

local function places_kept(area) return tonumber(redis.call('HGET', key('listed-areas'), area)) or 0 end

-- Those of these unlocked seats that are in the state `from` are shown as held and kept for the waiting list.
local function keep_seats(seats, from)
  local states, kept = states_of(seats), {}
  for i, seat in ipairs(seats) do
    if states[i] == from then kept[#kept + 1] = seat end
  end
  for _, seat in ipairs(kept) do redis.call('SET', key('seat:' .. seat), LIST) end
  if #kept > 0 then redis.call('SADD', key('listed'), unpack(kept)) end
  move(kept, { [from] = true }, HELD)
end

local function drop_area_entry(area, entry, to_list)
  if redis.call('ZREM', key('area:' .. area), entry) == 1 then
    local quantity = tonumber(string.match(entry, '(%d+)$'))
    count_area(area, 'held', -quantity)
    if to_list then keep_places(area, quantity) end
  end
end

-- Places left in an area, after the holds on it that have expired are dropped.
local function area_left(area, now)
  for _, entry in ipairs(redis.call('ZRANGEBYSCORE', key('area:' .. area), '-inf', int(now))) do
    drop_area_entry(area, entry, list_waits())
  end
  return stock_left(area)
end

-- Raises the version once for everything that changed and tells whoever listens.
local function publish()
  local areas = {}
  for area in pairs(changed_areas) do
    areas[#areas + 1] = '[' .. area .. ',' .. int(stock_left(area)) .. ']'
  end
  if #changes == 0 and #areas == 0 then return end
  local version = redis.call('INCR', key('version'))
  local message = '{"version":' .. int(version) .. ',"seats":[' .. table.concat(changes, ',') .. ']'
  if #areas > 0 then message = message .. ',"areas":[' .. table.concat(areas, ',') .. ']' end
  redis.call('PUBLISH', key('live:seats'), message .. '}')
  changes, changed_areas = {}, {}
end

local function read_hold(id)
  local fields =
    redis.call('HMGET', key('hold:' .. id), 'user', 'seats', 'areas', 'fence', 'deadline', 'lease', 'extended', 'pinned')
  if not fields[1] then return nil end
  return {
    id = id, user = fields[1], seats = fields[2], areas = fields[3], fence = fields[4],
    deadline = tonumber(fields[5]), lease = fields[6], extended = fields[7], pinned = fields[8],
  }
end

-- Takes up to so many places from what is kept for the waiting list.
local function take_kept_places(area, quantity)
  quantity = math.min(quantity, places_kept(area))
  if quantity <= 0 then return end
  redis.call('HINCRBY', key('listed-areas'), area, -quantity)
  count_area(area, 'held', -quantity)
end

-- Locks everything of a hold until its deadline; the caller knows that all of it is free or its own, and what the
-- seats' `states` are and whether some are `listed`.
local function lock(hold, states, listed)
  local seats, areas, deadline = seats_in(hold.seats), areas_in(hold.areas), int(hold.deadline)
  for _, seat in ipairs(seats) do redis.call('SET', key('seat:' .. seat), hold.id, 'PXAT', deadline) end
  if listed then redis.call('SREM', key('listed'), unpack(seats)) end
  move(seats, { [AVAILABLE] = true }, HELD, states)
  for _, part in ipairs(areas) do
    local entry = hold.id .. ':' .. part.quantity
    if redis.call('ZADD', key('area:' .. part.area), deadline, entry) == 1 then
      take_kept_places(part.area, part.quantity - stock_left(part.area))
      count_area(part.area, 'held', part.quantity)
    end
  end
  local kept_until = int(hold.deadline + RETAIN_MS)
  redis.call('ZADD', key('holder:' .. hold.user), deadline, hold.id .. ':' .. count_of(seats, areas))
  redis.call('PEXPIREAT', key('holder:' .. hold.user), kept_until)
  redis.call('HSET', key('hold:' .. hold.id), 'user', hold.user, 'seats', hold.seats, 'areas', hold.areas,
    'fence', hold.fence, 'deadline', deadline, 'lease', hold.lease, 'extended', hold.extended, 'pinned', hold.pinned)
  redis.call('PEXPIREAT', key('hold:' .. hold.id), kept_until)
  redis.call('ZADD', key('due'), deadline, hold.id)
  if hold.lease ~= '' then redis.call('HSET', key('lease-holds'), hold.lease, hold.id) end
end

-- Whether everything of a hold is its own or free; whether all of it is its own already; and what locking needs to know.
local function can_lock(hold, now)
  local seats, all_own, listed = seats_in(hold.seats), true, false
  local states, owners = states_of(seats), locks_of(seats)
  for i, state in ipairs(states) do
    local owner = owners[i]
    if owner == LIST then owner, listed = false, true end
    if state == SOLD or state == BLOCKED or (owner and owner ~= hold.id) then return false, false end
    if not owner then all_own = false end
  end
  for _, part in ipairs(areas_in(hold.areas)) do
    local left = area_left(part.area, now)
    if not redis.call('ZSCORE', key('area:' .. part.area), hold.id .. ':' .. part.quantity) then
      all_own = false
      if left + places_kept(part.area) < part.quantity then return false, false end
    end
  end
  return true, all_own, states, listed
end

local function forget(id, user, count, lease)
  redis.call('ZREM', key('holder:' .. user), id .. ':' .. count)
  redis.call('ZREM', key('due'), id)
  redis.call('DEL', key('hold:' .. id))
  if lease and lease ~= '' and redis.call('HGET', key('lease-holds'), lease) == id then
    redis.call('HDEL', key('lease-holds'), lease)
  end
end

-- Gives back what a hold still owns, and what nobody has locked since it expired: to the waiting list, or to all.
local function free(hold)
  local seats, areas, own = seats_in(hold.seats), areas_in(hold.areas), {}
  for _, seat in ipairs(seats) do
    local owner = redis.call('GET', key('seat:' .. seat))
    if owner == hold.id then redis.call('DEL', key('seat:' .. seat)) end
    if owner == hold.id or not owner then own[#own + 1] = seat end
  end
  local waits = list_waits()
  if waits then keep_seats(own, HELD) else move(own, { [HELD] = true }, AVAILABLE) end
  for _, part in ipairs(areas) do drop_area_entry(part.area, hold.id .. ':' .. part.quantity, waits) end
  forget(hold.id, hold.user, count_of(seats, areas), hold.lease)
end

-- What was committed as sold is shown as sold; once, and not after it was returned.
local function sell(hold)
  if redis.call('SISMEMBER', key('applied'), 'r:' .. hold.id) == 1 then return end
  if redis.call('SADD', key('applied'), 's:' .. hold.id) == 0 then return end
  local seats, areas = seats_in(hold.seats), areas_in(hold.areas)
  for _, seat in ipairs(seats) do
    local owner = redis.call('GET', key('seat:' .. seat))
    if owner == hold.id or owner == LIST then redis.call('DEL', key('seat:' .. seat)) end
    if owner == LIST then redis.call('SREM', key('listed'), seat) end
  end
  move(seats, { [AVAILABLE] = true, [HELD] = true }, SOLD)
  for _, part in ipairs(areas) do
    drop_area_entry(part.area, hold.id .. ':' .. part.quantity, false)
    count_area(part.area, 'sold', part.quantity)
    -- Its places went to the list when it expired or the view was lost.
    take_kept_places(part.area, -stock_left(part.area))
  end
  local count = count_of(seats, areas)
  redis.call('HINCRBY', key('person'), hold.user, count)
  forget(hold.id, hold.user, count, hold.lease)
end

-- What was sold and then cancelled is on sale again, or kept for the waiting list; once.
local function return_sold(hold)
  if redis.call('SADD', key('applied'), 'r:' .. hold.id) == 0 then return end
  if redis.call('SREM', key('applied'), 's:' .. hold.id) == 0 then
    -- It was never shown as sold.
    local known = read_hold(hold.id)
    if known then free(known) end
    return
  end
  local seats, areas = seats_in(hold.seats), areas_in(hold.areas)
  local locked, unlocked = {}, {}
  for _, seat in ipairs(seats) do
    local list = redis.call('EXISTS', key('seat:' .. seat)) == 1 and locked or unlocked
    list[#list + 1] = seat
  end
  local waits = list_waits()
  if waits then keep_seats(unlocked, SOLD) else move(unlocked, { [SOLD] = true }, AVAILABLE) end
  move(locked, { [SOLD] = true }, HELD)
  for _, part in ipairs(areas) do
    count_area(part.area, 'sold', -part.quantity)
    if waits then keep_places(part.area, part.quantity) end
  end
  redis.call('HINCRBY', key('person'), hold.user, -count_of(seats, areas))
end

