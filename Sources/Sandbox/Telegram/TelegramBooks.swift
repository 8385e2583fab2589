import StrictJSON

/// What is asked of the simulated Telegram.
struct TelegramCall: Sendable {
    /// Behind the base, as in `bot123:abc/sendMessage`.
    let path: String
    /// As they came, from JSON or a form; a number stays one.
    let fields: JSONObject?
}

struct TelegramReply: Sendable {
    let status: Int
    let body: JSONValue
    var fault: TelegramFault?

    init(result: JSONValue) {
        status = 200
        body = ["ok": true, "result": result]
    }

    init(_ status: Int, _ description: String, _ parameters: JSONObject = [:]) {
        self.status = status
        var object: JSONObject = [
            "ok": false, "error_code": .integer(Int64(status)), "description": .string(description),
        ]
        if !parameters.isEmpty { object["parameters"] = .object(parameters) }
        body = .object(object)
    }
}

/// Everything that the simulated Telegram remembers, and its answers. It does no I/O; who holds it has a lock.
struct TelegramBooks: Sendable {
    var token: String
    var chats: [Int64: TelegramChat]
    var limits = TelegramLimits.none
    /// One for each next message.
    var faults: [TelegramFault] = []
    var messages: [TelegramMessage] = []
    var callCount = 0
    /// When messages were taken, milliseconds; of the last minute.
    private var times: [Int64: [Int64]] = [:]
    private var allTimes: [Int64] = []
    private var lastID: Int64 = 0

    private static let messagesMaximum = 20_000
    /// After tags are gone.
    static let charactersMaximum = 4_096

    init(token: String, chats: [TelegramChat]) {
        self.token = token
        self.chats = Dictionary(chats.map { ($0.id, $0) }) { _, last in last }
    }

    /// - Parameter now: milliseconds since 1970 UTC.
    mutating func answer(_ call: TelegramCall, at now: Int64) -> TelegramReply {
        let parts = call.path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].hasPrefix("bot") else { return TelegramReply(404, "Not Found") }
        guard parts[0].dropFirst(3) == token else { return TelegramReply(401, "Unauthorized") }
        switch parts[1].lowercased() {
        case "getme":
            return TelegramReply(result: [
                "id": .integer(Self.botID(token)), "is_bot": true, "first_name": "Tiyin", "username": "tiyin_test_bot",
                "can_join_groups": true, "can_read_all_group_messages": false, "supports_inline_queries": false,
            ])
        case "sendmessage": return sendMessage(call, now)
        default: return TelegramReply(404, "Not Found")
        }
    }

    private static func botID(_ token: String) -> Int64 { Int64(token.prefix { $0 != ":" }) ?? 1 }

    private mutating func sendMessage(_ call: TelegramCall, _ now: Int64) -> TelegramReply {
        callCount += 1
        let fault = faults.isEmpty ? nil : faults.removeFirst()
        var reply: TelegramReply
        switch fault {
        case .tooMany(let seconds): reply = Self.tooMany(seconds)
        case .refused(let status): reply = TelegramReply(status, status < 500 ? "Bad Request" : "Internal Server Error")
        case .dropped: reply = TelegramReply(500, "Internal Server Error")
        case .lost, .slow, nil: reply = judged(call.fields, now)
        }
        reply.fault = fault
        return reply
    }

    private mutating func judged(_ fields: JSONObject?, _ now: Int64) -> TelegramReply {
        guard let fields else { return TelegramReply(400, "Bad Request: can't parse JSON object") }
        guard let name = fields["chat_id"], name != .string("") else {
            return TelegramReply(400, "Bad Request: chat_id is empty")
        }
        guard let chat = chat(name) else { return TelegramReply(400, "Bad Request: chat not found") }
        switch chat.standing {
        case .welcome: break
        case .blocked:
            let text =
                chat.kind == .private
                ? "bot was blocked by the user" : "bot was kicked from the \(chat.kind.rawValue) chat"
            return TelegramReply(403, "Forbidden: \(text)")
        case .migrated(let other):
            return TelegramReply(
                400, "Bad Request: group chat was upgraded to a supergroup chat",
                ["migrate_to_chat_id": .integer(other)])
        }
        let source = fields["text"]?.stringValue ?? ""
        let mode = fields["parse_mode"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        var read: (text: String, entities: [JSONValue]) = (source, [])
        if let mode {
            guard mode.lowercased() == "html" else {
                // The real one also knows two kinds of Markdown.
                return TelegramReply(400, "Bad Request: unsupported parse_mode (the sandbox reads HTML alone)")
            }
            do throws(TelegramHTML.Flaw) {
                let html = try TelegramHTML(source)
                read = (html.text, html.entities)
            } catch {
                return TelegramReply(400, "Bad Request: can't parse entities: \(error.description)")
            }
        }
        guard read.text.contains(where: { !$0.isWhitespace }) else {
            return TelegramReply(400, "Bad Request: message text is empty")
        }
        guard read.text.unicodeScalars.count <= Self.charactersMaximum else {
            return TelegramReply(400, "Bad Request: message is too long")
        }
        if let seconds = wait(chat, now) { return Self.tooMany(seconds) }
        return TelegramReply(result: take(chat, read.text, source, mode, read.entities, now))
    }

    private static func tooMany(_ seconds: Int64) -> TelegramReply {
        TelegramReply(429, "Too Many Requests: retry after \(seconds)", ["retry_after": .integer(seconds)])
    }

    /// By number, or by `@name`.
    private func chat(_ name: JSONValue) -> TelegramChat? {
        if let id = name.integerValue ?? name.stringValue.flatMap({ Int64($0) }) { return chats[id] }
        return chats.values.first { $0.username != nil && $0.username == name.stringValue }
    }

    private mutating func wait(_ chat: TelegramChat, _ now: Int64) -> Int64? {
        times[chat.id, default: []].removeAll { $0 <= now - 60_000 }
        allTimes.removeAll { $0 <= now - 1_000 }
        return limits.wait(
            times[chat.id] ?? [], allTimes, isGroup: chat.kind == .group || chat.kind == .supergroup, at: now)
    }

    private mutating func take(
        _ chat: TelegramChat, _ text: String, _ source: String, _ mode: String?, _ entities: [JSONValue], _ now: Int64
    ) -> JSONValue {
        lastID += 1
        messages.append(
            TelegramMessage(id: lastID, chatID: chat.id, text: text, source: source, parseMode: mode, at: now))
        if messages.count > Self.messagesMaximum { messages.removeFirst() }
        times[chat.id, default: []].append(now)
        allTimes.append(now)
        var object: JSONObject = [
            "message_id": .integer(lastID),
            "from": ["id": .integer(Self.botID(token)), "is_bot": true, "first_name": "Tiyin"],
            "chat": ["id": .integer(chat.id), "type": .string(chat.kind.rawValue)],
            "date": .integer(now / 1_000), "text": .string(text),
        ]
        if !entities.isEmpty { object["entities"] = .array(entities) }
        return .object(object)
    }
}
