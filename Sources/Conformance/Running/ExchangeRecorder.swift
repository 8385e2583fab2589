/// Sends requests, and keeps of each exchange what a report may show.
struct ExchangeRecorder: Sendable {
    /// Longer bodies are cut in their middle.
    private static let bytesKept = 6000

    let transport: HTTPTransport
    let redactor: Redactor
    let clock: ConformanceClock

    /// An exchange: what came of it, and how it is reported.
    struct Exchange: Sendable {
        let outcome: WireOutcome
        let report: ExchangeReport
    }

    func send(_ request: WireRequest) async -> Exchange {
        let start = ContinuousClock.now
        let outcome =
            switch await transport.send(request) {
            case .answer(let answer): WireOutcome.answer(redactor.adding(request.secrets)(answer))
            case .failure(let failure): WireOutcome.failure(failure)
            }
        let elapsed = start.duration(to: .now)
        return Exchange(outcome: outcome, report: report(request, outcome, Int64(elapsed / .milliseconds(1))))
    }

    private func report(_ request: WireRequest, _ outcome: WireOutcome, _ elapsed: Int64) -> ExchangeReport {
        var headers = request.headers
        if let shown = request.shownAuthorization { headers.append(Header("Authorization", shown)) }
        var answer: WireAnswer?
        var failure: String?
        switch outcome {
        case .answer(let wire): answer = wire
        case .failure(let reason): failure = reason.clause
        }
        return ExchangeReport(
            method: request.method, requestHeaders: headers,
            requestBody: redactor(Self.text(request.shownBody ?? request.body)),
            status: answer?.status, answerHeaders: answer?.headers ?? [],
            answerBody: Self.text(answer?.body ?? []), failure: failure, durationMilliseconds: elapsed)
    }

    private static func text(_ bytes: [UInt8]) -> String {
        guard bytes.count > bytesKept else { return String(decoding: bytes, as: UTF8.self) }
        let head = String(decoding: bytes.prefix(bytesKept * 2 / 3), as: UTF8.self)
        let tail = String(decoding: bytes.suffix(bytesKept / 3), as: UTF8.self)
        return "\(head)\n… \(bytes.count) bytes in all …\n\(tail)"
    }
}
