/// Asks once whether there is something to test, so that a wrong URL or key does not look like a hundred misses.
struct Preflight {
    let dialect: any WireDialect
    let configuration: ConformanceConfiguration
    let recorder: ExchangeRecorder
    let shownURL: String

    /// - Returns: the server's own name for itself, if it says one
    func run() async throws -> String? {
        switch await recorder.send(try dialect.probe(configuration)).outcome {
        case .failure(let failure):
            // A server that hangs or hangs up is there; the scenarios will show what it does.
            guard failure.kind == .unreachable else { return nil }
            throw ConformanceError(.unreachable, "Cannot reach \(shownURL): \(failure.clause).")
        case .answer(let answer):
            try check(answer)
            return answer.header("Server")
        }
    }

    private func check(_ answer: WireAnswer) throws(ConformanceError) {
        switch answer.status {
        case 301, 302, 303, 307, 308:
            let location = answer.header("Location").map { " to \($0)" } ?? ""
            throw ConformanceError(
                .notAnEndpoint,
                "\(shownURL) redirects\(location); \(dialect.title) follows no redirects: give the last URL.")
        case 404:
            guard case .malformed = dialect.answer(answer).content else { break }
            throw ConformanceError(.notAnEndpoint, "\(shownURL) answers HTTP 404: is the path right?")
        default: break
        }
        if let reason = dialect.refusal(of: dialect.answer(answer), configuration) {
            throw ConformanceError(.credentialsRefused, "\(shownURL) \(reason)")
        }
    }
}
