import NIOHTTP1
import Specification
import StrictJSON

extension PaymeSandbox {
    /// Whether the answer of a call reaches Payme.
    enum Delivery: Sendable {
        case arrives
        /// It is thrown away, and the call repeated.
        case lost
    }

    /// Calls the endpoint and writes the exchange down.
    /// - Returns: the call as it was sent, and what it was answered with. Of a lost answer and its repeat, the repeat's.
    func call(
        _ method: PaymeMethod, _ params: JSONValue, order: String?, delivery: Delivery = .arrives
    ) async -> (sent: SentCall, answer: PaymeAnswer) {
        let envelope: JSONValue = ["method": .string(method.rawValue), "params": params, "id": .integer(nextCall())]
        let request = envelope.serialized()
        let first = await send(request)
        let isRepeated = first.status == nil && method.changes
        if delivery == .arrives, !isRepeated {
            let answer = PaymeAnswer(first)
            record(method, request, first, order: order, sentence(method, first, answer), tone(answer))
            return (SentCall(method: method, request: request, answer: first.bytes), answer)
        }
        record(
            method, request, first, order: order, Sentence(first.status == nil ? "say_no_answer" : "say_lost"), .lost)
        await pause()
        return await again(SentCall(method: method, request: request, answer: first.bytes), order: order)
    }

    /// Sends the same bytes again and compares the answers, byte for byte.
    func again(_ call: SentCall, order: String?) async -> (sent: SentCall, answer: PaymeAnswer) {
        let repeated = await send(call.request)
        let answer = PaymeAnswer(repeated)
        let isSame = repeated.bytes == call.answer
        if call.answer.isEmpty || repeated.status == nil {
            // There is nothing to compare.
            record(
                call.method, call.request, repeated, order: order, sentence(call.method, repeated, answer),
                tone(answer))
        } else {
            record(
                call.method, call.request, repeated, order: order, Sentence(isSame ? "say_same" : "say_differs"),
                isSame ? .good : .refused)
        }
        return (SentCall(method: call.method, request: call.request, answer: repeated.bytes), answer)
    }

    private func send(_ request: [UInt8]) async -> WireAnswer {
        await client.send(.POST, configuration.webhookURL, authorization: authorization, body: request)
    }

    /// The short form of the seconds that the real one takes.
    func pause(times count: Int64 = 1) async {
        guard configuration.pauseMilliseconds > 0 else { return }
        try? await Task.sleep(for: .milliseconds(configuration.pauseMilliseconds * count))
    }

    /// Says something that nobody sees on the wire.
    func note(
        _ key: String, _ values: [String: LocalizedText] = [:], order: String? = nil,
        tone: TimelineEntry.Tone = .plain
    ) {
        var entry = TimelineEntry(.note, "note", Sentence(key, values))
        entry.order = order
        entry.tone = tone
        timeline.add(entry)
    }

    private func record(
        _ method: PaymeMethod, _ request: [UInt8], _ answer: WireAnswer, order: String?, _ sentence: Sentence,
        _ tone: TimelineEntry.Tone
    ) {
        var entry = TimelineEntry(.payme, method.rawValue, sentence)
        entry.order = order
        entry.tone = tone
        entry.request = Self.shown(request)
        entry.answer = answer.failure ?? Self.shown(answer.bytes)
        entry.status = answer.status
        entry.microseconds = answer.microseconds
        timeline.add(entry)
    }

    private func tone(_ answer: PaymeAnswer) -> TimelineEntry.Tone {
        if case .result = answer { .good } else { .refused }
    }

    private func sentence(_ method: PaymeMethod, _ wire: WireAnswer, _ answer: PaymeAnswer) -> Sentence {
        switch answer {
        case .result(let result):
            let count = result["transactions"]?.arrayValue?.count ?? 0
            let state = result["state"]?.integerValue ?? 0
            return Sentence(
                method.goodKey, ["count": LocalizedText(same: "\(count)"), "state": LocalizedText(same: "\(state)")])
        case .error(let code, let message):
            // The document may give one code to two errors; the first is the one that concerns a payer.
            let name = specifications.payme.errors.first { Int64($0.code) == code }?.name
            return Sentence(
                "say_refused",
                ["message": message, "code": LocalizedText(same: "\(code)"), "name": LocalizedText(same: name ?? "?")],
                also: name.map { "why_\($0)" })
        case .unusable:
            guard let status = wire.status else { return Sentence("say_no_answer") }
            return Sentence("say_unusable", ["status": LocalizedText(same: "\(status)")])
        }
    }

    private static func shown(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.prefix(TimelineEntry.bodyBytesMaximum), as: UTF8.self)
            + (bytes.count > TimelineEntry.bodyBytesMaximum ? " …" : "")
    }
}
