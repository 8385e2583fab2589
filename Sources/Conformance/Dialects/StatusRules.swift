import StrictJSON

/// The rule about an answer whose status is all there is to judge.
struct StatusFrame: FrameRule {
    func judge(
        _ answer: Answer, to request: PreparedRequest, _ bindings: Bindings, isStrict: Bool, into verdict: inout Verdict
    ) throws {}

    func words(_ step: StepWords) -> [String] { [] }
}

/// A notice leaves nothing open: it tells of what has happened.
struct NothingOpen: OpenTransactions {
    mutating func observe(_ request: PreparedRequest, _ outcome: WireOutcome, _ bindings: Bindings) {}

    func closing(_ configuration: ConformanceConfiguration, serial: () -> JSONValue) -> [WireRequest] { [] }
}

extension Answer {
    /// An answer whose status says everything; nobody reads its body.
    init(byStatus wire: WireAnswer) {
        let content: Answer.Content =
            wire.status == 200 ? .result(.object([:])) : .error(code: Int64(wire.status), [:])
        self.init(wire, content: content) { code, _ in "HTTP \(code)" }
    }
}
