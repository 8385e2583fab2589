import StrictJSON

/// A call of the Merchant API as it came.
struct ClickAPIRequest: Sendable {
    let method: String
    /// Behind the base, decoded.
    let path: [String]
    /// The header `Auth`.
    let auth: String?
    let body: [UInt8]

    /// Members that no timeline shows whole: a card's number, what stands for it, what unlocks it.
    private static let secrets: Set<String> = ["card_number", "card_token", "otp_data", "sms_code"]

    /// The request line and the proof of who asks, without the part that is made with the secret.
    func head(_ operation: ClickAPIOperation?) -> String {
        var path = path
        // The token of a card is the last part.
        if operation == .cardDelete, !path.isEmpty { path[path.count - 1] = "…" }
        let parts = (auth ?? "").split(separator: ":", omittingEmptySubsequences: false)
        let shown = parts.count == 3 ? "\(parts[0]):…:\(parts[2])" : "…"
        return "\(method) /v2/merchant/\(path.joined(separator: "/"))\nAuth: \(shown)"
    }

    var shownBody: String? {
        guard !body.isEmpty else { return nil }
        guard let object = (try? JSONValue(parsing: body))?.objectValue else {
            return String(decoding: body.prefix(TimelineEntry.bodyBytesMaximum), as: UTF8.self)
        }
        return Self.masked(object).text
    }

    static func masked(_ object: JSONObject) -> JSONValue {
        var shown = JSONObject()
        for (name, value) in object { shown[name] = secrets.contains(name) ? "…" : value }
        return .object(shown)
    }
}

/// What it is answered.
struct ClickAPIReply: Sendable {
    var status = 200
    var body: JSONObject
    /// What goes wrong on the way back.
    var fault: ClickFault?

    /// `error_code` 0 and what was asked for.
    ///
    /// Source: click.md 2 (envelope).
    static func good(_ members: JSONObject = [:]) -> ClickAPIReply {
        var body: JSONObject = ["error_code": 0, "error_note": "Success"]
        for (name, value) in members { body[name] = value }
        return ClickAPIReply(body: body)
    }

    /// Click says no. Its real numbers are not published.
    static func refused(_ note: String, code: Int64 = -1, status: Int = 200) -> ClickAPIReply {
        ClickAPIReply(status: status, body: ["error_code": .integer(code), "error_note": .string(note)])
    }

    var isGood: Bool { status == 200 && body["error_code"] != nil ? body["error_code"] == 0 : status == 200 }
    var note: String { body["error_note"]?.stringValue ?? "" }
}
