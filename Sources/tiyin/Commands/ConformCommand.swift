import ArgumentParser
import Conformance
import Foundation
import Server

struct ConformCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conform",
        abstract: "Check anybody's endpoint against what the payment system will ask of it.",
        subcommands: [PaymeCommand.self])

    struct PaymeCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "payme",
            abstract: "Play Payme's sandbox, and the cases beyond it, against an endpoint in any language.",
            discussion: """
                tiyin conform payme --url https://shop.example/payme --key KEY --orders $(seq -s, 101 120) --amount 500000
                tiyin conform payme --url http://127.0.0.1:8080/payments/payme/webhook --key KEY \\
                    --merchant-key MERCHANT_KEY --amount 500000 --report html --output report.html

                It creates, performs and cancels transactions of the orders that it is given: give it orders made for
                it, each of the amount. Exit code 0: conforms, 1: something was missed, 2: the run could not be made or
                ended early, 64: wrong options.
                """)

        @Option(help: "The endpoint.") var url: String
        @Option(help: "The cashbox key (or in PAYME_KEY, where other users of the machine do not see it).")
        var key: String?
        @Option(help: "Login of Basic authentication.") var login = "Paycom"
        @Option(help: "Ids of orders that can be paid, separated by commas.") var orders: String?
        @Option(help: "What every order costs, in tiyin.") var amount: Int64
        @Option(help: "one_time or cumulative.", transform: Self.parsed) var kind = OrderKind.oneTime
        @Option(help: "The field of `account` that holds the order's id.") var accountField = "order_id"
        @Option(help: "Key of Tiyin's merchant API: the run makes its own orders. See --make-orders.")
        var merchantKey: String?
        @Flag(help: "Make the orders through Tiyin's merchant API with the key in MERCHANT_API_KEY.")
        var makeOrders = false
        @Option(help: "table, json, junit or html.", transform: Self.parsed) var report = ReportFormat.table
        @Option(help: "A file for the report instead of standard output.") var output: String?
        @Option(help: "Only these scenarios or groups, separated by commas.") var only: String?
        @Flag(help: "Take only what is recommended, not what is merely tolerated.") var strict = false

        func run() async throws {
            let found: ConformanceReport
            do {
                let run = try ConformanceRun(configuration())
                let narrator = ConformanceNarrator(isTerminal: isatty(2) == 1, total: run.scenarioCount)
                found = try await run.run { narrator.tell($0) }
            } catch let error as ConformanceError {
                FileHandle.standardError.write(Data("tiyin: \(error)\n".utf8))
                throw ExitCode(error.exitCode)
            }
            try deliver(found)
            throw ExitCode(found.exitCode)
        }

        private func configuration() throws -> ConformanceConfiguration {
            let environment = ProcessInfo.processInfo.environment
            guard let key = key ?? environment["PAYME_KEY"] else {
                throw ValidationError("give the cashbox key with --key or in PAYME_KEY")
            }
            var configuration = ConformanceConfiguration(url: url, key: key, amount: amount)
            configuration.login = login
            configuration.orders =
                orders?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
                ?? []
            configuration.kind = kind
            configuration.accountField = accountField
            configuration.merchantKey = merchantKey ?? (makeOrders ? environment["MERCHANT_API_KEY"] : nil)
            if makeOrders, configuration.merchantKey == nil {
                throw ValidationError("--make-orders needs the merchant key in MERCHANT_API_KEY")
            }
            configuration.strictness = strict ? .strict : .tolerant
            configuration.only = only?.split(separator: ",").map(String.init) ?? []
            return configuration
        }

        private static func parsed<T: RawRepresentable & CaseIterable>(_ text: String) throws -> T
        where T.RawValue == String {
            guard let value = T(rawValue: text) else {
                throw ValidationError("'\(text)' is none of \(T.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return value
        }

        private func deliver(_ found: ConformanceReport) throws {
            guard let output else {
                return print(report.text(of: found, isColoured: report == .table && isatty(1) == 1))
            }
            do {
                try Data(report.text(of: found).utf8).write(to: URL(fileURLWithPath: output))
            } catch {
                throw SettingsError("the report cannot be written to \(output): check the folder and its rights")
            }
            print(TableRenderer().summary(found))
            print("report: \(output)")
        }
    }
}

/// Says on standard error how far a run is: one line that moves in a terminal, nothing but the misses elsewhere.
struct ConformanceNarrator: Sendable {
    let isTerminal: Bool
    let total: Int

    func tell(_ event: ProgressEvent) {
        switch event {
        case .started(let scenarios, let needed, let given):
            let orders = given.map { "\(needed) orders needed, \($0) given" } ?? "the run makes its own orders"
            say("\(scenarios) \(scenarios == 1 ? "scenario" : "scenarios"), \(orders)\n")
        case .scenarioStarted(let number, let id, _):
            if isTerminal { say("\r\u{1B}[K[\(number)/\(total)] \(id)") }
        case .waiting(let id, let milliseconds):
            if isTerminal { say("\r\u{1B}[K\(id): waiting \(milliseconds / 1_000) s") }
        case .scenarioFinished(_, let scenario):
            let line = TableRenderer().line(scenario)
            if scenario.outcome == .missed { say((isTerminal ? "\r\u{1B}[K" : "") + line + "\n") }
            if isTerminal { say("\r\u{1B}[K") }
        case .endedEarly(let reason):
            say("ended early: \(reason)\n")
        }
    }

    private func say(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
