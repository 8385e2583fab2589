import StrictJSON

/// Sends what one step wants sent, and judges the answers.
struct SendingRunner {
    let dialect: any WireDialect
    let configuration: ConformanceConfiguration
    let recorder: ExchangeRecorder
    let bindings: Bindings

    private var isStrict: Bool { configuration.strictness == .strict }

    /// A sending whose requests are ready.
    struct Prepared: Sendable {
        let sending: Sending
        let requests: [PreparedRequest]
    }

    /// What came of a sending.
    struct Done {
        let report: StepReport
        let exchanges: [(request: PreparedRequest, outcome: WireOutcome)]
        /// What a later sending with `same_as` is compared with.
        let first: Labelled?
    }

    /// An answer that may have to come again.
    struct Labelled {
        let serial: JSONValue
        let body: [UInt8]
    }

    func prepare(_ sending: Sending, serial: JSONValue) throws -> Prepared {
        guard case .parallelDistinct(let count) = sending.copies else {
            let request = try request(sending, transaction: sending.transaction, serial: serial)
            return Prepared(sending: sending, requests: Array(repeating: request, count: sending.copies.count))
        }
        let requests = try (1...count).map { number in
            try request(sending, transaction: "\(sending.transaction).\(number)", serial: serial)
        }
        return Prepared(sending: sending, requests: requests)
    }

    private func request(_ sending: Sending, transaction: String, serial: JSONValue) throws -> PreparedRequest {
        bindings.transaction = transaction
        bindings.serial = serial
        return try sending.message.request(
            RequestContext(
                bindings: bindings, configuration: configuration, transaction: transaction, serial: serial))
    }

    /// Sends everything that was prepared, in order or at the same time.
    func send(_ prepared: Prepared) async -> [ExchangeRecorder.Exchange] {
        switch prepared.sending.copies {
        case .once, .repeated:
            var exchanges: [ExchangeRecorder.Exchange] = []
            for request in prepared.requests { exchanges.append(await recorder.send(request.request)) }
            return exchanges
        case .parallelSame, .parallelDistinct:
            return await withTaskGroup(of: (Int, ExchangeRecorder.Exchange).self) { group in
                for (index, request) in prepared.requests.enumerated() {
                    group.addTask { [recorder] in (index, await recorder.send(request.request)) }
                }
                var exchanges: [Int: ExchangeRecorder.Exchange] = [:]
                for await (index, exchange) in group { exchanges[index] = exchange }
                return prepared.requests.indices.compactMap { exchanges[$0] }
            }
        }
    }

    func judge(
        _ prepared: Prepared, _ exchanges: [ExchangeRecorder.Exchange], sameAs labelled: Labelled?
    ) throws -> Done {
        let sending = prepared.sending
        // Expectations speak of the transaction of the first request.
        bindings.transaction = sending.transaction
        var verdict = Verdict()
        let chosen = try judgeEach(prepared, exchanges, into: &verdict)
        judgeSameness(sending, exchanges.map(\.outcome), labelled, into: &verdict)
        if let mark = verdict.mark { bindings.mark(mark) }
        if verdict.isMet {
            try save(sending.saves, prepared.requests[chosen].request, exchanges[chosen].outcome, &verdict)
        }
        let words = StepWords(bindings: bindings)
        let shown = exchanges.indices.first { exchanges[$0].isInteresting(after: exchanges.first) } ?? 0
        let notes = verdict.notes + verdict.remarks
        let report = StepReport(
            outcome: verdict.isMet ? (notes.isEmpty ? .passed : .noted) : .missed,
            sent: recorder.redactor(sending.title ?? words.sent(sending, prepared.requests[0].request)),
            expected: recorder.redactor(words.expected(sending)),
            got: StepWords.got(exchanges[verdict.isMet ? chosen : shown].outcome, dialect),
            problems: verdict.problems, notes: notes,
            exchanges: exchanges.map(\.report))
        return Done(
            report: report,
            exchanges: zip(prepared.requests, exchanges).map { ($0, $1.outcome) },
            first: exchanges.first?.outcome.body.map { Labelled(serial: prepared.requests[0].serial, body: $0) })
    }

    /// The index of the answer that values are saved from.
    private func judgeEach(
        _ prepared: Prepared, _ exchanges: [ExchangeRecorder.Exchange], into verdict: inout Verdict
    ) throws -> Int {
        let judge = Judge(dialect: dialect, bindings: bindings, isStrict: isStrict)
        var winner: Int?
        var won = 0
        for (index, exchange) in exchanges.enumerated() {
            let request = prepared.requests[index]
            var each = try judge.verdict(on: exchange.outcome, prepared.sending.expectation, to: request)
            if each.isMet {
                won += 1
                winner = winner ?? index
            } else if let winners = prepared.sending.winners {
                each = try judge.verdict(on: exchange.outcome, winners.others, to: request)
            }
            verdict.mark = verdict.mark ?? each.mark
            verdict.add(each, prefix: exchanges.count > 1 ? "answer \(index + 1): " : "")
        }
        if let winners = prepared.sending.winners, won != winners.count {
            verdict.problems.insert("\(won) of \(exchanges.count) succeeded, not \(winners.count)", at: 0)
        }
        return winner ?? 0
    }

    private func judgeSameness(
        _ sending: Sending, _ outcomes: [WireOutcome], _ labelled: Labelled?, into verdict: inout Verdict
    ) {
        var expected = labelled?.body
        switch sending.copies {
        case .repeated: expected = expected ?? outcomes.first?.body
        case .parallelSame where sending.winners == nil: expected = expected ?? outcomes.first?.body
        case .once, .parallelSame, .parallelDistinct: break
        }
        guard let expected else { return }
        for (index, body) in outcomes.map(\.body).enumerated() where body != expected {
            let name = outcomes.count > 1 ? "answer \(index + 1)" : "the answer"
            guard let body, let value = try? JSONValue(parsing: body), !isStrict,
                value == (try? JSONValue(parsing: expected))
            else {
                let first = outcomes.count > 1 ? outcomes.first.map { StepWords.got($0, dialect) } : nil
                let clause = first.map { ", which was \($0)" } ?? ""
                verdict.problems.append("\(name) is not the same as the first\(clause)")
                return
            }
            verdict.notes.append("The repeated answer says the same in other bytes.")
            return
        }
    }

    private func save(
        _ saves: [Sending.Save], _ request: WireRequest, _ outcome: WireOutcome, _ verdict: inout Verdict
    ) throws {
        for save in saves {
            let root = save.path[0] == "request" ? request.body : outcome.body ?? []
            let path = save.path[0] == "request" ? save.path.dropFirst() : save.path[...]
            var value = try? JSONValue(parsing: root)
            for name in path { value = value?[name] }
            guard let value else {
                verdict.problems.append("`\(save.path.joined(separator: "."))` is missing")
                return
            }
            bindings.set(save.name, to: value)
        }
    }
}

extension Sending.Copies {
    var count: Int {
        switch self {
        case .once: 1
        case .repeated(let count), .parallelSame(let count), .parallelDistinct(let count): count
        }
    }
}

extension WireOutcome {
    /// The body of the answer, if there is one.
    var body: [UInt8]? {
        if case .answer(let answer) = self { answer.body } else { nil }
    }
}

extension ExchangeRecorder.Exchange {
    /// Whether this shows something that the first exchange does not.
    fileprivate func isInteresting(after first: ExchangeRecorder.Exchange?) -> Bool {
        outcome.body != first?.outcome.body
    }
}

extension Verdict {
    fileprivate mutating func add(_ other: Verdict, prefix: String) {
        problems += other.problems.map { prefix + $0 }
        for note in other.notes where !notes.contains(note) { notes.append(note) }
        for remark in other.remarks where !remarks.contains(remark) { remarks.append(remark) }
    }
}
