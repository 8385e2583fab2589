import Foundation
import NIOCore

/// What is measured, in which order.
struct BenchPlan {
    let seconds: Double
    let rounds: Int
    let levels: [Int]
    let growth: Int
    let statement: Int
    let pending: Int
    let pages: Int
    let threads: Int
    /// Nil: every call.
    let only: Set<String>?

    private let echoPort = 18_901
    private let serverPort = 18_902
    private let clickPort = 18_903
    private let result = Array(#""result""#.utf8)
    private let clickSuccess = Array(#""error":0,"#.utf8)

    func run() async throws -> BenchResults {
        let folder = FileManager.default.currentDirectoryPath + "/.build/bench-data"
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var results = BenchResults(machine: Machine.description, seconds: seconds, rounds: rounds)
        results.fsyncMicroseconds = FsyncProbe.medianMicroseconds(in: folder)
        try await measureCalls(folder, &results)
        if statement > 0 { try await measureStatement(folder, &results) }
        if growth > 0 { try await measureGrowth(folder, &results) }
        if pending > 0 { try await measurePending(folder, &results) }
        if pages > 0 {
            say("opening \(pages) payers' pages, and paying each")
            results.pages = try await OpenPages(count: pages, program: Self.program("tiyin"), port: serverPort)
                .run(in: folder)
        }
        return results
    }

    private func measureCalls(_ folder: String, _ results: inout BenchResults) async throws {
        // Enough orders that no measurement runs out of them.
        let perMeasurement = Int(60_000 * seconds)
        let total = perMeasurement * levels.count * rounds
        say("registering \(total) orders")
        try await Seeding(path: folder + "/calls.db").orders(0..<total)
        let server = try startServer(folder + "/calls.db")
        defer { server.stop() }
        // What Complete needs has been prepared already: its number is part of the signature.
        let click = try await startClick(folder + "/click.db", orders: total)
        defer { click.stop() }
        let echo = try ChildServer(Self.program("tiyin-bench"), ["echo", "--port", String(echoPort)], port: echoPort)
        defer { echo.stop() }
        results.startMilliseconds = server.startMilliseconds
        var first = 0
        let time = Int64(Date().timeIntervalSince1970 * 1_000)
        for round in 1...rounds {
            for level in levels {
                say("round \(round) of \(rounds), \(level) connections")
                let numbers = first..<(first + perMeasurement)
                first += perMeasurement
                let creates = numbers.map { Workload.create($0, time: time) }
                func measure(_ call: String, on target: ChildServer, _ requests: [ByteBuffer]) async throws -> Int {
                    if let only, !only.contains(call) { return 0 }
                    let marker = call == "echo" ? [] : call.hasPrefix("Click") ? clickSuccess : result
                    let outcome = try await load(target, level, requests, marker)
                    results.add(call, level, outcome)
                    return outcome.requests
                }
                _ = try await measure("echo", on: echo, creates.map { Workload.request($0, path: "/echo") })
                _ = try await measure(
                    "CheckPerformTransaction", on: server, numbers.map { Workload.request(Workload.checkPerform($0)) })
                let created = try await measure("CreateTransaction", on: server, creates.map { Workload.request($0) })
                // Only what was created can be shown and performed.
                let known = numbers.prefix(created)
                _ = try await measure("CheckTransaction", on: server, Self.repeated(known, perMeasurement))
                _ = try await measure(
                    "PerformTransaction", on: server, known.map { Workload.request(Workload.perform($0)) })
                _ = try await measure("Click Prepare", on: click, numbers.map(ClickWorkload.prepare))
                _ = try await measure(
                    "Click Complete", on: click,
                    numbers.map { ClickWorkload.complete(total + $0, order: "seed-\($0)", prepareID: $0 + 1) })
            }
        }
        results.peakMegabytes = server.peakMegabytes
    }

    private static func repeated(_ known: Range<Int>, _ count: Int) -> [ByteBuffer] {
        let once = known.map { Workload.request(Workload.check($0)) }
        guard !once.isEmpty else { return [] }
        return (0..<count).map { once[$0 % once.count] }
    }

    private func measureStatement(_ folder: String, _ results: inout BenchResults) async throws {
        say("storing \(statement) transactions for the statement")
        let path = folder + "/statement.db"
        try await Seeding(path: path).transactions(0..<statement, time: 1_700_000_000_000)
        let server = try startServer(path)
        defer { server.stop() }
        let before = server.peakMegabytes
        let body = Workload.statement(from: 0, to: 9_999_999_999_999)
        let start = ContinuousClock.now
        let bytes = try await StatementFetch.count(port: serverPort, body: body)
        let elapsed = (ContinuousClock.now - start).components
        results.statement = StatementResult(
            rows: statement, bytes: bytes,
            milliseconds: Double(elapsed.seconds) * 1_000 + Double(elapsed.attoseconds) / 1e15,
            megabytesBefore: before, megabytesAfter: server.peakMegabytes)
    }

    private func measureGrowth(_ folder: String, _ results: inout BenchResults) async throws {
        let perMeasurement = Int(60_000 * seconds)
        for stored in [1_000, growth] {
            let path = folder + "/growth-\(stored).db"
            say("storing \(stored) transactions for the growth measurement")
            try await Seeding(path: path).transactions(0..<stored, time: 1_700_000_000_000)
            try await Seeding(path: path).orders(0..<(perMeasurement * rounds))
        }
        var first = 0
        for round in 1...rounds {
            say("growth, round \(round) of \(rounds)")
            for stored in [1_000, growth] {
                let server = try startServer(folder + "/growth-\(stored).db")
                let requests = (first..<(first + perMeasurement)).map {
                    Workload.request(Workload.create($0, time: Int64(Date().timeIntervalSince1970 * 1_000)))
                }
                let outcome = try await load(server, 64, requests, result)
                results.growth[stored, default: []].append(outcome.perSecond)
                server.stop()
            }
            first += perMeasurement
        }
    }

    /// CreateTransaction beside webhooks to a receiver that is not there: none waiting at first, and very many.
    private func measurePending(_ folder: String, _ results: inout BenchResults) async throws {
        let perMeasurement = Int(60_000 * seconds)
        for receiver in PendingReceiver.allCases {
            let path = folder + "/pending-\(receiver.rawValue).db"
            say("storing \(pending) transactions, \(receiver.isPending ? "all" : "none") of their webhooks waiting")
            try await Seeding(path: path).transactions(
                0..<pending, time: 1_700_000_000_000, waiting: receiver.isPending)
            try await Seeding(path: path).orders(0..<(perMeasurement * rounds))
        }
        // It answers 404 to everything but its own path.
        let refusing = try ChildServer(
            Self.program("tiyin-bench"), ["echo", "--port", String(echoPort)], port: echoPort)
        defer { refusing.stop() }
        let silent = try SilentListener()
        var first = 0
        for round in 1...rounds {
            say("webhooks that wait, round \(round) of \(rounds)")
            for receiver in PendingReceiver.allCases {
                let target: String? =
                    switch receiver {
                    case .off: nil
                    case .none, .many: "http://127.0.0.1:9/nobody"
                    case .refusing: "http://127.0.0.1:\(echoPort)/nothing"
                    case .silent: "http://127.0.0.1:\(silent.port)/silence"
                    }
                let server = try startServer(folder + "/pending-\(receiver.rawValue).db", webhooks: target)
                let requests = (first..<(first + perMeasurement)).map {
                    Workload.request(Workload.create($0, time: Int64(Date().timeIntervalSince1970 * 1_000)))
                }
                let outcome = try await load(server, 64, requests, result)
                results.pending[receiver, default: []].append(outcome.perSecond)
                server.stop()
            }
            first += perMeasurement
        }
        results.pendingCount = pending
    }

    private func load(
        _ server: ChildServer, _ level: Int, _ requests: [ByteBuffer], _ marker: [UInt8]
    ) async throws -> LoadResult {
        let before = server.processorMicroseconds
        var outcome = try await LoadGenerator(port: server.port, connections: level, threads: threads)
            .run(requests, marker: marker, seconds: seconds)
        outcome.processorMicroseconds = (server.processorMicroseconds - before) / Double(max(1, outcome.requests))
        guard outcome.wrong == 0, outcome.requests > 0 || requests.isEmpty else {
            throw BenchFailure("\(outcome.wrong) of \(outcome.requests) answers are wrong: \(outcome.example ?? "")")
        }
        return outcome
    }

    private func startClick(_ path: String, orders: Int) async throws -> ChildServer {
        if let only, !only.contains(where: { $0.hasPrefix("Click") }) {
            return try startServer(path, port: clickPort)
        }
        say("preparing \(orders) payments of Click's")
        try await Seeding(path: path).prepared(0..<orders, keysFrom: orders)
        try await Seeding(path: path).orders(0..<orders)
        return try startServer(path, port: clickPort)
    }

    private func startServer(_ path: String, port: Int? = nil, webhooks: String? = nil) throws -> ChildServer {
        let port = port ?? serverPort
        var environment = [
            "API_PORT": String(port), "DATABASE_URL": "sqlite:\(path)", "PAYME_KEY": Workload.key,
            "CLICK_SERVICE_ID": String(ClickWorkload.service), "CLICK_SECRET_KEY": ClickWorkload.secret,
            "LOG_LEVEL": "warning",
        ]
        if let webhooks {
            // What it logs of failures is part of what they cost.
            environment["MERCHANT_WEBHOOK_URL"] = webhooks
            environment["MERCHANT_WEBHOOK_SECRET"] = "whsec_" + Data(repeating: 7, count: 32).base64EncodedString()
            environment["MERCHANT_PRIVATE_TARGETS"] = "allow"
        }
        return try ChildServer(Self.program("tiyin"), ["serve"], environment: environment, port: port)
    }

    static func program(_ name: String) -> String {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/" + name
    }

    private func say(_ text: String) {
        FileHandle.standardError.write(Data("… \(text)\n".utf8))
    }
}
