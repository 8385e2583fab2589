import JSONRPC
import StrictJSON
import TestSupport

/// Sends spoiled requests, one after another, and holds every answer against the document.
struct Fuzzer {
    /// A transaction that somebody was told exists.
    struct Created: Hashable {
        let id: String
        let time: Int64
        let transaction: String
    }

    struct Report: Sendable {
        /// What was wrong, with the request.
        var misses: [String] = []
        /// How often a method gave a result, and how often each error came.
        var kinds: [String: Int] = [:]
        var created: [Created] = []
    }

    private let race: Race
    private var generator: CallGenerator
    private var mutator: Mutator
    private let checker = RPCAnswerChecker(document: PaymeDocument.document)
    private let names = Dictionary(uniqueKeysWithValues: ProtocolError.allCases.map { ($0.code, $0.rawValue) })

    init(_ race: Race, seed: UInt64) {
        self.race = race
        generator = CallGenerator(random: SeededGenerator(seed: seed), now: race.running.clock.now)
        mutator = Mutator(random: SeededGenerator(seed: ~seed))
    }

    func run(_ count: Int) async throws -> Report {
        var fuzzer = self
        var report = Report()
        for _ in 0..<count {
            let request = fuzzer.generator.next()
            let body = fuzzer.mutator.spoil(request, other: fuzzer.generator.next())
            let answer = try await race.payme.send(body)
            fuzzer.judge(answer, to: body, &report)
            // One miss has a hundred sisters.
            if report.misses.count > 5 { break }
        }
        return report
    }

    private func judge(_ answer: PaymeClient.Answer, to body: [UInt8], _ report: inout Report) {
        let request = try? JSONValue(parsing: body)
        let name = request?["method"]?.stringValue
        let method = name.flatMap { PaymeDocument.methodNames.contains($0) ? $0 : nil }
        let id = request.flatMap(usableID) ?? nil
        var problems = checker.problems(inAnswer: answer.value, toMethod: method, id: id)
        if answer.status != 200 { problems.append("status \(answer.status)") }
        if (request == nil) != answer.isError(.parseError) {
            problems.append("a parse error, or none, is out of place")
        }
        if answer.isError(.internalError) { problems.append("an internal error") }
        if answer.isError(.unauthorized) { problems.append("the credentials were right") }
        report.kinds[answer.code.map { names[$0] ?? String($0) } ?? name ?? "?", default: 0] += 1
        if method == "CreateTransaction", answer.isResult, let request { note(answer, request, &report) }
        guard !problems.isEmpty else { return }
        report.misses.append("\(problems): \(String(decoding: body, as: UTF8.self)) got \(answer.text)")
    }

    private func note(_ answer: PaymeClient.Answer, _ request: JSONValue, _ report: inout Report) {
        report.created.append(
            Created(
                id: request["params"]?["id"]?.stringValue ?? "", time: answer.number("create_time") ?? 0,
                transaction: answer.result?["transaction"]?.stringValue ?? ""))
    }

    /// The id that an answer must repeat: null if there is none, or none that could be one.
    private func usableID(_ request: JSONValue) -> JSONValue {
        switch request["id"] {
        case let id? where ["null", "integer", "number", "string"].contains(id.kind): id
        default: .null
        }
    }
}
