import StrictJSON

/// Counts what a run must not go beyond: calls without an answer, and time.
final class RunHealth {
    /// So many calls in a row without an answer, and the server is taken for gone.
    private static let failuresMax = 3

    private let deadline: ContinuousClock.Instant
    private let runMillisecondsMax: Int64
    private var failures = 0
    private var lastSerial: Int64 = 0
    /// Whether there was ever an answer.
    private(set) var hasAnswered = false
    /// One sentence, once there is one.
    private(set) var reasonToStop: String?

    init(runMillisecondsMax: Int64) {
        self.runMillisecondsMax = runMillisecondsMax
        deadline = .now + .milliseconds(runMillisecondsMax)
    }

    func nextSerial() -> JSONValue {
        lastSerial += 1
        return .integer(lastSerial)
    }

    func observe(_ outcome: WireOutcome) {
        switch outcome {
        case .answer:
            failures = 0
            hasAnswered = true
        case .failure(let failure):
            // A connection that is closed costs no time, and may be an answer to a hostile request.
            guard failure.kind == .timeout || failure.kind == .unreachable else { return }
            failures += 1
            if failures >= Self.failuresMax {
                stop("The server gave no answer to \(failures) calls in a row: \(failure.clause).")
            }
        }
    }

    /// Ends the run, for a reason that is one sentence.
    func stop(_ reason: String) { reasonToStop = reasonToStop ?? reason }

    /// To be asked between scenarios.
    func checkTime() {
        if ContinuousClock.now >= deadline { stop("The run has taken more than \(runMillisecondsMax / 1000) s.") }
    }
}
