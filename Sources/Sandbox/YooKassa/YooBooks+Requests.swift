import StrictJSON

/// A request whose form is right.
struct YooRequest {
    let fields: YooFields
    /// The idempotence key; empty for one that only reads.
    let key: String
    /// The key, and whose it is; nil for one that only reads.
    let name: String?
    /// What it was answered before.
    var stored: YooReply?
}

extension YooBooks {
    /// Checks the form of a request, and whether its key was used before.
    ///
    /// Source: yookassa.md 3.
    mutating func admit(_ operation: YooKassaOperation, _ call: YooCall, _ now: Int64) throws(YooProblem) -> YooRequest
    {
        guard operation.isPost else { return YooRequest(fields: YooFields(object: [:]), key: "", name: nil) }
        guard call.body.isEmpty || call.contentType?.lowercased().hasPrefix("application/json") == true else {
            throw YooProblem(status: 415)
        }
        guard let key = call.key, YooIdempotence.isKey(key) else {
            throw .wrong(
                "Idempotence-Key", "Idempotence key is missing or wrong: 1 to 64 letters, digits or + - _ .")
        }
        var body: JSONValue = [:]
        if !call.body.isEmpty {
            guard let parsed = try? JSONValue(parsing: call.body), let object = parsed.objectValue else {
                throw YooProblem(.invalidRequest, "The body is no JSON object")
            }
            body = .object(object)
        }
        // A key belongs to the shop, whatever it is used for.
        let name = "\(call.credentials?.login ?? "")/\(key)"
        var request = YooRequest(fields: YooFields(object: body.objectValue ?? [:]), key: key, name: name)
        switch idempotence.admit(name, call.path, body, now) {
        case .new: break
        case .stored(let reply): request.stored = reply
        case .duplicated: throw .wrong("Idempotence-Key", "Idempotence key duplicated")
        }
        return request
    }

    /// 36 characters, the first eight the time. Source: yookassa.md 2.
    /// - Parameter kind: four hexadecimal digits.
    static func id(_ now: Int64, _ kind: String = "000f") -> String {
        let seconds = max(0, now / 1_000 - 946_684_800)
        let head = String(seconds, radix: 16)
        let tail = String(UInt64.random(in: 0..<(1 << 48)), radix: 16)
        return String(repeating: "0", count: max(0, 8 - head.count)) + head.suffix(8) + "-\(kind)-5000-"
            + ["8000", "9000", "a000", "b000"].randomElement()! + "-"
            + String(repeating: "0", count: 12 - tail.count) + tail
    }

    /// Source: yookassa.md 2.
    static func me(_ shop: YooKassaShop, isTest: Bool) -> JSONValue {
        [
            "account_id": .string(shop.id), "status": "enabled", "test": .bool(isTest),
            "fiscalization": ["enabled": .bool(shop.needsReceipts), "provider": "yoo_receipt"],
            "fiscalization_enabled": .bool(shop.needsReceipts),
            "payment_methods": .array(shop.methods.map { .string($0.rawValue) }), "itn": "7750005725",
        ]
    }
}

extension YooReply {
    /// What a later version of the API might say.
    mutating func makeStrange() {
        guard case .object(var object) = body else { return }
        if object["status"] != nil { object["status"] = "on_review" }
        object["something_new"] = ["of": "a later version"]
        body = .object(object)
    }
}
