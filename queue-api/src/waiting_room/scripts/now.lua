-- Redis's clock, also where there is no room.
-- Reply: "ok", Unix ms.
return { 'ok', clock() }
