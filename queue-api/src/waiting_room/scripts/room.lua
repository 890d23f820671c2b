-- What every script of the waiting room begins with.
--
-- KEYS, in every script: 1 room (hash), 2 who (hash: joiner -> "<ordinal>:<place>"), bitmaps by ordinal
-- 3 confirmed, 4 left, 5 released, 6 claimed, 7 leases (sorted set: ordinal -> expiry), 8 admissions (sorted set:
-- number -> time, the last 60 s), 9 log (list, see release.lua), 10 building (string: who builds the room),
-- 11 held_to (string: places a minute that the room holds itself to, while it does).
--
-- Fields of the room: epoch (grows each time the room is made), version (of the settings), phase, lobby_opens, opens,
-- cap, rate, claim_ms, pass_ms, grace_ms (an offer lives claim_ms + grace_ms), reason, cycle (the lane of each slot, a
-- digit each; "0": one lane), next (how many ordinals of each lane were given: "12" or "12 3"), gaps (how many of them
-- stay nobody's), serving (number), lobby_count (like next, once fixed), seed (hex, once drawn), commitment (hex), clock
-- (latest time seen), extra, extra_until, log_head (entries trimmed so far), run (the server that made it).
-- Lanes, slots, ordinals: see `shared::domain::lanes`; here lane l is at index l + 1 of a table.
-- Times are Unix ms. The first word of every reply is a status; "missing": Redis has no such room (any more), or only
-- one of another life: a server that was restarted, or a replica that took over, may have lost the last writes, and a
-- room that went back in time would give ordinals twice. It is made again from what the broker and the records know.
local room, who, confirmed, left, released, claimed, leases, admissions, log, building, held_to = unpack(KEYS)

local fields = {
  'phase', 'clock', 'next', 'serving', 'lobby_opens', 'opens', 'lobby_count', 'cap', 'rate', 'claim_ms', 'pass_ms',
  'grace_ms', 'extra', 'extra_until', 'epoch', 'version', 'seed', 'commitment', 'reason', 'log_head', 'run', 'cycle',
  'gaps',
}
local texts = {
  phase = true, seed = true, commitment = true, reason = true, run = true, cycle = true, next = true, lobby_count = true,
}

local function numbers(text)
  local list = {}
  for number in string.gmatch(text, '%d+') do list[#list + 1] = tonumber(number) end
  return list
end

-- Tells this life of this server from any other.
local function this_run()
  return string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
end

-- The room as it is now: time never goes back, the lobby opens, the lobby is counted at the opening. nil: missing.
local function read()
  local values = redis.call('HMGET', room, unpack(fields))
  if not values[1] then return nil end
  local r = {}
  for i, name in ipairs(fields) do
    local value = values[i]
    if value then r[name] = texts[name] and value or tonumber(value) end
  end
  r.now = math.max(clock(), r.clock)
  -- The lane of each slot, how many slots of each lane there are, and how many of its lane are before each slot.
  r.cycle, r.gaps = r.cycle or '0', r.gaps or 0
  r.slots, r.share, r.before = {}, {}, {}
  for digit in string.gmatch(r.cycle, '%d') do
    local lane = tonumber(digit)
    r.slots[#r.slots + 1] = lane
    r.before[#r.slots] = r.share[lane + 1] or 0
    r.share[lane + 1] = r.before[#r.slots] + 1
  end
  r.lanes = #r.share
  -- A room that was made before there was one has none.
  r.grace_ms = r.grace_ms or 0
  if r.phase == 'scheduled' and r.now >= r.lobby_opens then r.phase = 'lobby' end
  if r.phase == 'lobby' and r.now >= r.opens and not r.lobby_count then r.lobby_count = r.next end
  r.given = numbers(r.next)
  return r
end

-- The room as it is now, for scripts that change it; writes down what time has done. nil: missing.
local function advance()
  local r = read()
  if not r or r.run ~= this_run() then return nil end
  redis.call('HSET', room, 'phase', r.phase, 'clock', r.now)
  if r.lobby_count then redis.call('HSETNX', room, 'lobby_count', r.lobby_count) end
  return r
end

-- How many slots of a lane are below a number.
local function below(r, lane, number)
  local whole = math.floor(number / #r.slots)
  local count = whole * r.share[lane + 1]
  for at = 1, number - whole * #r.slots do
    if r.slots[at] == lane then count = count + 1 end
  end
  return count
end

-- Whether nobody has a number.
local function is_vacant(r, number)
  local whole = math.floor(number / #r.slots)
  local at = number - whole * #r.slots + 1
  local lane = r.slots[at]
  return whole * r.share[lane + 1] + r.before[at] >= r.given[lane + 1]
end

-- Whether an ordinal was given.
local function is_given(r, ordinal)
  return math.floor(ordinal / r.lanes) < r.given[ordinal % r.lanes + 1]
end

-- Expiry of the place's lease if it lives.
local function live_lease(r, ordinal)
  local expiry = tonumber(redis.call('ZSCORE', leases, ordinal) or 0)
  return expiry > r.now and expiry or nil
end

local function is_over(r, ordinal)
  if redis.call('GETBIT', left, ordinal) == 1 then return true end
  return redis.call('GETBIT', released, ordinal) == 1 and not live_lease(r, ordinal)
end

-- The place of an entry of `who`.
local function parse(entry)
  local colon = string.find(entry, ':', 1, true)
  return string.sub(entry, 1, colon - 1), string.sub(entry, colon + 1)
end

local function extra_left(r)
  return r.now < r.extra_until and r.extra or 0
end
