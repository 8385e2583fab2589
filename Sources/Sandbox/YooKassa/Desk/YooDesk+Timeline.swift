import Specification
import StrictJSON

extension YooDesk {
    /// Writes down what the server asked YooKassa for.
    func record(_ exchange: YooKassaExchange) {
        // Whose key it is, is asked at every start, and says nothing of a payment.
        guard exchange.operation != .me, !isForSuite(exchange), isNews(exchange) else { return }
        var entry = TimelineEntry(.yookassaAPI, exchange.title, sentence(exchange))
        let isGood = (200..<300).contains(exchange.status)
        entry.tone = exchange.fault?.isLoss == true ? .lost : isGood ? .good : .refused
        entry.order = payment(of: exchange).flatMap { order(of: $0) } ?? exchange.namedOrder
        var head = exchange.line + "\nAuthorization: Basic …"
        if let key = exchange.key { head += "\nIdempotence-Key: \(key)" }
        entry.head = exchange.request.isEmpty ? nil : head
        entry.request = exchange.request.isEmpty ? head : exchange.request
        entry.answer = exchange.answer
        entry.status = exchange.status
        timeline.add(entry)
    }

    private func isForSuite(_ exchange: YooKassaExchange) -> Bool {
        if let id = exchange.answerJSON?["metadata"]?["tx"]?.stringValue, isHidden(payment: id) { return true }
        // What the suite's payments and refunds came to nobody else knows, also after its run.
        if exchange.operation != nil, exchange.status == 404 { return true }
        guard let id = (try? JSONValue(parsing: exchange.request))?["payment_id"]?.stringValue else { return false }
        return yookassa.change { $0.payments[id] } == nil
    }

    /// The server asks again and again, and compares what it has with YooKassa: only news are shown.
    private func isNews(_ exchange: YooKassaExchange) -> Bool {
        guard exchange.operation?.isPost != true, exchange.fault == nil else { return true }
        guard let items = exchange.answerJSON?["items"]?.arrayValue else {
            return isNews(exchange.line, "\(exchange.status) \(exchange.answer)")
        }
        return !items.isEmpty && isNews(exchange.line, JSONValue.array(items).text)
    }

    private func sentence(_ exchange: YooKassaExchange) -> Sentence {
        switch exchange.fault {
        case .dropped: return Sentence("yoo_api_dropped")
        case let fault? where fault.isLoss: return Sentence("yoo_api_answer_lost")
        case .failedAfter: return Sentence("yoo_api_failed_after")
        default: break
        }
        guard (200..<300).contains(exchange.status), let operation = exchange.operation else {
            let note = exchange.answerJSON?["description"]?.stringValue ?? ""
            return Sentence("yoo_api_refused", ["note": LocalizedText(same: note)])
        }
        let status = exchange.answerJSON?["status"]?.stringValue ?? ""
        let reason = exchange.answerJSON?["cancellation_details"]?["reason"]?.stringValue
        if operation == .createPayment, let reason {
            return Sentence("yoo_api_charge_refused", ["reason": LocalizedText(same: reason)])
        }
        if operation == .createPayment, status != "pending" { return Sentence("yoo_api_charged") }
        if operation == .readPayment {
            let told = reason.map { "\(status), \($0)" } ?? status
            return Sentence(operation.textKey, ["status": LocalizedText(same: told)])
        }
        return Sentence(operation.textKey)
    }

    private func payment(of exchange: YooKassaExchange) -> YooKassaPayment? {
        let answer = exchange.answerJSON
        guard let id = answer?["payment_id"]?.stringValue ?? answer?["id"]?.stringValue else { return nil }
        // Not by `yookassa.payment(_:)`, which lets time pass: this is said in the middle of a call.
        return yookassa.change { $0.payments[id] }
    }

    /// Writes down what YooKassa told the server.
    func record(_ attempt: YooKassaNoticeAttempt, microseconds: Int64) {
        let body = try? JSONValue(parsing: attempt.body)
        let object = body?["object"]
        let id = object?["payment_id"]?.stringValue ?? attempt.objectID
        let order = yookassa.change { $0.payments[id] }.flatMap { self.order(of: $0) }
        let sentence: Sentence
        switch attempt.status {
        case nil: sentence = Sentence("yoo_notice_lost")
        case .some where attempt.isTaken: sentence = Sentence("yoo_notice_taken")
        case let status?: sentence = Sentence("yoo_notice_refused", ["status": LocalizedText(same: "\(status)")])
        }
        var entry = TimelineEntry(.yookassa, attempt.event, sentence)
        entry.tone = attempt.isTaken ? .good : attempt.status == nil ? .lost : .refused
        entry.order = order
        entry.head = "POST /payments/yookassa/webhook"
        entry.request = attempt.body
        entry.answer = attempt.failure ?? ""
        entry.status = attempt.status
        entry.microseconds = microseconds
        timeline.add(entry)
    }
}

extension YooKassaExchange {
    var answerJSON: JSONValue? { try? JSONValue(parsing: answer) }

    /// As the shop has named it in the call.
    var namedOrder: String? {
        (try? JSONValue(parsing: request))?["metadata"]?["order_id"]?.stringValue
    }

    /// As the timeline calls it: `POST payments`.
    var title: String {
        let parts = line.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return line }
        let names = parts[1].split(separator: "/").filter { $0 != "v3" && $0.count < 30 }
        return "\(parts[0]) \(names.joined(separator: "/"))"
    }
}

extension YooKassaFault {
    /// Whether the server never saw the answer.
    var isLoss: Bool {
        switch self {
        case .dropped, .lost, .stalled, .broken, .redirect: true
        case .refused, .failedAfter, .tooMany, .slow, .processing, .afterNotice, .strange: false
        }
    }
}

extension YooKassaOperation {
    /// Its text: `yoo_api_create_payment`.
    var textKey: String {
        "yoo_api_" + rawValue.map { $0.isUppercase ? "_\($0.lowercased())" : "\($0)" }.joined()
    }
}
