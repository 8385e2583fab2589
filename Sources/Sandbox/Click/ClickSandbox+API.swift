import Crypto
import Foundation
import Specification
import StrictJSON

extension ClickSandbox {
    /// How old the proof in the header `Auth` may be. The real figure is not published.
    private static let proofSeconds: Int64 = 300

    /// Answers one call of the Merchant API and writes the exchange down.
    ///
    /// Source: click.md 2.
    func answer(_ request: ClickAPIRequest) async -> ClickAPIReply {
        let begin = ContinuousClock.now
        let found = ClickAPIOperation.find(request.method, request.path)
        var call = ClickAPICall(values: found?.values ?? [], body: JSONObject())
        var reply: ClickAPIReply
        if !isProven(request.auth) {
            reply = .refused("Authorization failed", status: 401)
        } else if let found {
            let parsed = request.body.isEmpty ? JSONObject() : (try? JSONValue(parsing: request.body))?.objectValue
            if let parsed {
                call = ClickAPICall(values: found.values, body: parsed)
                reply = await carryOut(found.operation, call)
            } else {
                reply = .refused("The body is no JSON object", status: 400)
            }
        } else {
            reply = .refused("There is no such call", status: 404)
        }
        record(request, found?.operation, call, reply, begin.duration(to: .now))
        return reply
    }

    /// Source: click.md 2 (headers).
    private func isProven(_ auth: String?) -> Bool {
        let parts = (auth ?? "").split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[0] == String(shop.merchantUserID), parts[2].utf8.count == 10,
            let timestamp = Int64(parts[2]), abs(clock.now / 1_000 - timestamp) <= Self.proofSeconds
        else { return false }
        let digest = Insecure.SHA1.hash(data: Data((parts[2] + shop.secretKey).utf8))
        return parts[1] == ClickCallForm.hexadecimal(digest)
    }

    private func carryOut(_ operation: ClickAPIOperation, _ call: ClickAPICall) async -> ClickAPIReply {
        var fault = takeFault()
        if operation == .reversal, fault == nil, let receipt = call.id.flatMap({ receipt($0) }) {
            fault = receipt.reversalFault
            // Once: whoever asks again gets through.
            change(receipt) { $0.reversalFault = nil }
        }
        switch fault {
        case .dropped: return ClickAPIReply(status: 500, body: [:], fault: .dropped)
        case .refused: return ClickAPIReply.refused("UZCARD refused the operation")
        case .silent, .lost, .closed, .broken, .redirect, nil: break
        }
        var reply = call.serviceID == shop.serviceID ? await carryOut(call, operation) : .refused("Unknown service")
        reply.fault = fault
        if fault == .lost { reply.status = 500 }
        return reply
    }

    private func carryOut(_ call: ClickAPICall, _ operation: ClickAPIOperation) async -> ClickAPIReply {
        switch operation {
        case .invoiceCreate: createInvoice(call)
        case .invoiceStatus: invoiceStatus(call)
        case .paymentStatus: paymentStatus(call)
        case .paymentByOrder: paymentByOrder(call)
        case .reversal: reverse(call)
        case .cardRequest: requestCard(call)
        case .cardVerify: verifyCard(call)
        case .cardPay: await payByCard(call)
        case .cardDelete: deleteCard(call)
        case .passPay: payByPass(call)
        case .passConfirm: confirmPass(call)
        case .passModeOn: setPassMode(true)
        case .passModeOff: setPassMode(false)
        case .fiscalItems: submitItems(call)
        case .fiscalReceipt: submitReceipt(call)
        case .fiscalRead: readReceipt(call)
        }
    }

    private func record(
        _ request: ClickAPIRequest, _ operation: ClickAPIOperation?, _ call: ClickAPICall, _ reply: ClickAPIReply,
        _ duration: Duration
    ) {
        let order = call.order ?? call.id.flatMap { receipt($0)?.order }
        guard order?.hasPrefix(configuration.suitePrefix) != true else { return }
        let sentence: Sentence =
            switch reply.fault {
            case .lost, .closed, .broken, .redirect, .silent: Sentence("click_api_answer_lost")
            case .dropped: Sentence("click_api_dropped")
            case .refused, nil:
                if reply.isGood, let operation {
                    Sentence(operation.key)
                } else if reply.status == 401 {
                    Sentence("click_api_stranger")
                } else {
                    Sentence("click_api_refused", ["note": LocalizedText(same: reply.note)])
                }
            }
        var entry = TimelineEntry(.clickAPI, operation?.title ?? request.method, sentence)
        entry.tone = reply.fault != nil ? .lost : reply.isGood ? .good : .refused
        entry.order = order
        let body = request.shownBody
        // Most have no body; the line itself says what is asked.
        entry.head = body == nil ? nil : request.head(operation)
        entry.request = body ?? request.head(operation)
        entry.answer = reply.body.isEmpty ? "" : ClickAPIRequest.masked(reply.body).text
        entry.status = reply.status
        let (seconds, attoseconds) = duration.components
        let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
        // Most answers are there at once; how long the way took, the server knows.
        entry.microseconds = microseconds < 1_000 ? nil : microseconds
        timeline.add(entry)
    }
}

/// What a call names, wherever it stands.
struct ClickAPICall: Sendable {
    /// Of the path.
    let values: [String]
    let body: JSONObject

    var serviceID: Int64? { values.first.flatMap { Int64($0) } ?? body["service_id"]?.integerValue }
    /// Of a payment or an invoice.
    var id: Int64? {
        values.count == 2 ? Int64(values[1]) : body["payment_id"]?.integerValue
    }
    var order: String? {
        if values.count == 3 { return values[1] }
        return text("merchant_trans_id") ?? text("transaction_parameter") ?? text("transaction_id")
    }

    func text(_ name: String) -> String? { body[name]?.stringValue }

    /// Sums, as a JSON number: text is no amount. Tiyin.
    var amount: Int64? {
        guard let text = body["amount"]?.numberText, let amount = Amount(text: text), amount.minor > 0 else {
            return nil
        }
        return amount.minor
    }
}
