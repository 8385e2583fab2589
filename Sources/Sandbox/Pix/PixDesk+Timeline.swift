import Specification
import StrictJSON

extension PixDesk {
    private func isHidden(_ order: String?) -> Bool { order?.hasPrefix(suitePrefix) == true }

    /// Writes down what the server asked the bank for.
    func record(_ exchange: PixBankExchange) {
        let (call, reply) = (exchange.call, exchange.reply)
        let name = exchange.operation?.title ?? call.method
        if exchange.operation == .putCharge, let txid = call.path.last { assumeOrder(of: txid) }
        let order = txid(of: exchange).flatMap(order)
        guard !isHidden(order), !isForSuite(exchange), isNews(exchange) else { return }
        let answer = Self.masked(reply.body)
        var entry = TimelineEntry(.pixBank, name, sentence(exchange))
        let isGood = (200..<300).contains(reply.status)
        entry.tone = reply.fault?.isLoss == true ? .lost : isGood ? .good : .refused
        entry.order = order
        let head = Self.head(call)
        entry.head = call.body.isEmpty ? nil : head
        entry.request = call.body.isEmpty ? head : Self.shownBody(call, exchange.operation)
        entry.answer = answer ?? ""
        entry.status = reply.status
        if exchange.operation == .token { return hold(entry) }
        for held in takeHeld() { timeline.add(held) }
        timeline.add(entry)
    }

    /// Payments that were never received here are those of the conformance suite.
    private func isForSuite(_ exchange: PixBankExchange) -> Bool {
        guard let operation = exchange.operation, exchange.call.path.count > 3 else { return false }
        return [.readReceipt, .requestRefund, .readRefund].contains(operation) && receipt(exchange.call.path[3]) == nil
    }

    /// The server asks again and again, and compares what it has with the bank: only news are shown.
    private func isNews(_ exchange: PixBankExchange) -> Bool {
        guard let operation = exchange.operation, operation.isRead, exchange.reply.fault == nil else { return true }
        let body = exchange.reply.body
        guard let items = (body?["cobs"] ?? body?["pix"])?.arrayValue, operation.isList else {
            return isNews(exchange.call.path.joined(separator: "/"), "\(exchange.reply.status) \(body?.text ?? "")")
        }
        let shown = items.filter { !isHidden($0["txid"]?.stringValue.flatMap(order)) }
        return !shown.isEmpty && isNews(operation.rawValue, JSONValue.array(shown).text)
    }

    private func sentence(_ exchange: PixBankExchange) -> Sentence {
        let reply = exchange.reply
        if case .dropped = reply.fault { return Sentence("pix_bank_dropped") }
        if reply.fault?.isLoss == true { return Sentence("pix_bank_answer_lost") }
        guard (200..<300).contains(reply.status), let operation = exchange.operation else {
            let note = reply.body?["detail"]?.stringValue ?? reply.body?["title"]?.stringValue ?? ""
            return Sentence("pix_bank_refused", ["note": LocalizedText(same: note)])
        }
        return Sentence(operation.key)
    }

    private func txid(of exchange: PixBankExchange) -> String? {
        let path = exchange.call.path
        switch exchange.operation {
        case .putCharge, .patchCharge, .readCharge, .payCharge: return path.last
        case .readReceipt, .requestRefund, .readRefund:
            guard path.count > 3 else { return nil }
            return receipt(path[3])?.txid
        default: return nil
        }
    }

    private static func head(_ call: PixBankCall) -> String {
        var line = "\(call.method) /\(call.path.joined(separator: "/"))"
        if !call.query.isEmpty {
            line += "?" + call.query.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
        }
        if let key = call.idempotencyKey { line += "\nx-id-idempotente: \(key)" }
        return call.authorization == nil ? line : line + "\nAuthorization: Bearer …"
    }

    private static func shownBody(_ call: PixBankCall, _ operation: PixBankOperation?) -> String {
        guard operation == .token else { return String(decoding: call.body, as: UTF8.self) }
        let form = (call.form ?? [:]).sorted { $0.key < $1.key }
        return form.map { "\($0.key)=\($0.key == "client_secret" ? "…" : $0.value)" }.joined(separator: "&")
    }

    private static func masked(_ body: JSONValue?) -> String? {
        guard let object = body?.objectValue, object["access_token"] != nil else { return body?.text }
        var shown = object
        shown["access_token"] = "…"
        return JSONValue.object(shown).text
    }

    /// Writes down what the bank told the server.
    func record(_ attempt: PixNoticeAttempt, microseconds: Int64) {
        let order = attempt.txids.first.flatMap(order)
        guard !isHidden(order) else { return }
        let sentence: Sentence
        switch attempt.status {
        case nil: sentence = Sentence("pix_notice_lost")
        case let status? where attempt.isTaken:
            _ = status
            sentence = Sentence(attempt.body.contains("devoluc") ? "pix_notice_refund" : "pix_notice_taken")
        case let status?:
            sentence = Sentence("pix_notice_refused", ["status": LocalizedText(same: "\(status)")])
        }
        var entry = TimelineEntry(.pix, attempt.number == 1 ? "webhook" : "webhook \(attempt.number)", sentence)
        entry.tone = attempt.isTaken ? .good : attempt.status == nil ? .lost : .refused
        entry.order = order
        // The secret is a part of the path.
        entry.head = "POST /payments/pix/confirm/…/pix"
        entry.request = attempt.body
        entry.answer = attempt.failure ?? ""
        entry.status = attempt.status
        entry.microseconds = microseconds
        timeline.add(entry)
    }
}

extension PixBankFault {
    /// Whether the server never saw the answer.
    var isLoss: Bool {
        switch self {
        case .dropped, .lost, .broken, .redirect: true
        case .refused, .failedAfter, .slow, .tooMany, .tokenForgotten, .noCode, .wrongCode: false
        }
    }
}

extension PixBankOperation {
    /// As the timeline calls it: `PUT cob`.
    var title: String {
        let parts = line.path.split(separator: "/").filter { !["pix", "v2", "banking", "oauth", "{}"].contains($0) }
        return "\(line.method) \(parts.isEmpty ? "pix" : parts.joined(separator: "/"))"
    }

    /// Its text: `pix_bank_put_charge`.
    var key: String {
        "pix_bank_" + rawValue.map { $0.isUppercase ? "_\($0.lowercased())" : "\($0)" }.joined()
    }

    /// Whether it compares much at once.
    var isList: Bool { self == .listCharges || self == .listReceipts }

    /// Whether it changes nothing.
    var isRead: Bool { line.method == "GET" }
}
