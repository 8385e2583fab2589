import NIOHTTP1
import Specification

extension ClickSandbox {
    /// Whether the answer of a call reaches Click.
    enum Delivery: Sendable {
        case arrives
        /// It is thrown away, and the call repeated.
        case lost
        /// It is thrown away, and that is all.
        case gone
    }

    /// How often Click sends a call that is not answered as it wants. The real number is not published.
    private static let attemptsMaximum = 3

    /// Calls the endpoint and writes the exchange down.
    /// - Parameters:
    ///   - error: 0, or below when Click calls the payment off.
    ///   - note: text for it.
    /// - Returns: what counts in the end: of a lost answer and its repeat, the repeat's.
    func call(
        _ action: ClickAction, _ receipt: ClickReceipt, error: Int64 = 0, note: String = "Success",
        delivery: Delivery = .arrives
    ) async -> ClickVerdict {
        let request = form(action, receipt, error: error, note: note).bytes
        let isCancel = error < 0
        let wire = await send(action, request)
        var verdict = ClickVerdict(wire, action)
        if wire.status != nil, delivery != .arrives {
            record(action, request, wire, receipt, Sentence("click_say_lost"), .lost)
            let sent = ClickSentCall(action: action, isCancel: isCancel, request: request, answer: wire.bytes)
            change(receipt) { $0.lastCall = sent }
            await pause()
            return delivery == .lost ? await again(sent, receipt) : verdict
        }
        record(
            action, request, wire, receipt, sentence(verdict, wire, action, isCancel, receipt),
            tone(verdict, isCancel, receipt))
        var answer = wire.bytes
        var attempts = 1
        while mustRepeat(verdict, action, isCancel), attempts < Self.attemptsMaximum {
            attempts += 1
            await pause(times: 2)
            let next = await send(action, request)
            verdict = ClickVerdict(next, action)
            answer = next.bytes
            record(
                action, request, next, receipt, sentence(verdict, next, action, isCancel, receipt),
                tone(verdict, isCancel, receipt))
        }
        let sent = ClickSentCall(action: action, isCancel: isCancel, request: request, answer: answer)
        change(receipt) { $0.lastCall = sent }
        return verdict
    }

    /// Sends the same bytes again and compares the answers.
    ///
    /// Source: click.md 1.10: what has ended is told from what goes on by its code, not by the same answer again.
    func again(_ call: ClickSentCall, _ receipt: ClickReceipt) async -> ClickVerdict {
        let wire = await send(call.action, call.request)
        let verdict = ClickVerdict(wire, call.action)
        if call.answer.isEmpty || wire.status == nil {
            // There is nothing to compare.
            record(
                call.action, call.request, wire, receipt, sentence(verdict, wire, call.action, call.isCancel, receipt),
                tone(verdict, call.isCancel, receipt))
        } else {
            let key =
                wire.bytes == call.answer
                ? "say_same"
                : verdict.error == codes.alreadyPaid
                    ? "click_say_again_paid"
                    : verdict.error == codes.cancelled ? "click_say_again_cancelled" : "say_differs"
            record(
                call.action, call.request, wire, receipt, Sentence(key), key == "say_differs" ? .refused : .good)
        }
        change(receipt) {
            $0.lastCall = ClickSentCall(
                action: call.action, isCancel: call.isCancel, request: call.request, answer: wire.bytes)
        }
        return verdict
    }

    /// Source: click.md 1.8: an error answer to Complete is asked for again, but for "already paid" and "cancelled".
    private func mustRepeat(_ verdict: ClickVerdict, _ action: ClickAction, _ isCancel: Bool) -> Bool {
        guard let error = verdict.error else { return true }
        guard action == .complete, !isCancel else { return false }
        return ![codes.success, codes.alreadyPaid, codes.cancelled].contains(error)
    }

    private func form(_ action: ClickAction, _ receipt: ClickReceipt, error: Int64, note: String) -> ClickCallForm {
        var fields: [(String, String)] = [
            ("click_trans_id", String(receipt.transID)), ("service_id", String(shop.serviceID)),
            ("click_paydoc_id", String(receipt.paydocID)), ("merchant_trans_id", receipt.order),
        ]
        if action == .complete, let id = receipt.prepareID { fields.append(("merchant_prepare_id", String(id))) }
        fields += [
            ("amount", Amount(tiyin: receipt.amount).decimal),
            ("action", String(specification.shopActions[action.name] ?? 0)), ("error", String(error)),
            ("error_note", note), ("sign_time", Moment.text(clock.now, as: .second)),
        ]
        let parts = action == .complete ? specification.completeSignature : specification.prepareSignature
        return ClickCallForm(fields, signing: parts, secret: shop.secretKey)
    }

    private func send(_ action: ClickAction, _ request: [UInt8]) async -> WireAnswer {
        await client.send(
            .POST, configuration.clickURL(action), authorization: nil, body: request,
            contentType: Self.formType)
    }

    private static let formType = "application/x-www-form-urlencoded"

    /// The short form of the seconds that the real one takes.
    func pause(times count: Int64 = 1) async {
        guard configuration.pauseMilliseconds > 0 else { return }
        try? await Task.sleep(for: .milliseconds(configuration.pauseMilliseconds * count))
    }

    /// Says something that nobody sees on the wire.
    func note(
        _ key: String, _ values: [String: LocalizedText] = [:], order: String?, tone: TimelineEntry.Tone = .plain
    ) {
        var entry = TimelineEntry(.note, "note", Sentence(key, values))
        entry.order = order
        entry.tone = tone
        timeline.add(entry)
    }

    private func record(
        _ action: ClickAction, _ request: [UInt8], _ answer: WireAnswer, _ receipt: ClickReceipt,
        _ sentence: Sentence, _ tone: TimelineEntry.Tone
    ) {
        var entry = TimelineEntry(.click, action.rawValue, sentence)
        entry.order = receipt.order
        entry.tone = tone
        entry.head = "POST \(action.path)\nContent-Type: \(Self.formType)"
        entry.request = ClickCallForm.shown(request)
        entry.answer =
            answer.failure ?? String(decoding: answer.bytes.prefix(TimelineEntry.bodyBytesMaximum), as: UTF8.self)
        entry.status = answer.status
        entry.microseconds = answer.microseconds
        timeline.add(entry)
    }

    private func tone(_ verdict: ClickVerdict, _ isCancel: Bool, _ receipt: ClickReceipt) -> TimelineEntry.Tone {
        if verdict.error == codes.alreadyPaid, receipt.isDebited, !isCancel { return .good }
        return verdict.error == (isCancel ? codes.cancelled : codes.success) ? .good : .refused
    }

    private func sentence(
        _ verdict: ClickVerdict, _ wire: WireAnswer, _ action: ClickAction, _ isCancel: Bool, _ receipt: ClickReceipt
    ) -> Sentence {
        guard case .said(let error, let words, _) = verdict else {
            guard let status = wire.status else { return Sentence("click_say_no_answer") }
            return Sentence("say_unusable", ["status": LocalizedText(same: "\(status)")])
        }
        switch error {
        case codes.cancelled where isCancel: return Sentence("click_say_cancel_ok")
        case codes.alreadyPaid where isCancel: return Sentence("click_say_cancel_denied")
        case codes.alreadyPaid where receipt.isDebited: return Sentence("click_say_paid_already")
        case codes.success: return Sentence(action == .prepare ? "click_say_prepare_ok" : "click_say_complete_ok")
        default:
            // One code may have two names; the first is the one that concerns a payer.
            let name = specification.answers.first { $0.code == error }?.name
            return Sentence(
                "click_say_refused",
                ["note": LocalizedText(same: words), "code": LocalizedText(same: "\(error)")],
                also: name.map { "why_click_\($0)" })
        }
    }
}
