import ArgumentParser
import Conformance
import Foundation
import Server

/// What `tiyin conform` takes whatever the gateway is.
struct ConformOptions: ParsableArguments {
    @Option(help: "Ids of orders that can be paid, separated by commas (PIX: txids, YooKassa: payments).") var orders:
        String?
    @Option(help: "What every order costs, in tiyin (PIX: centavos, YooKassa: kopecks).") var amount: Int64
    @Option(help: "one_time or cumulative.", transform: Self.parsed) var kind = OrderKind.oneTime
    @Option(help: "Key of Tiyin's merchant API: the run makes its own orders. See --make-orders.")
    var merchantKey: String?
    @Flag(help: "Make the orders through Tiyin's merchant API with the key in MERCHANT_API_KEY.")
    var makeOrders = false
    @Option(help: "table, json, junit or html.", transform: Self.parsed) var report = ReportFormat.table
    @Option(help: "A file for the report instead of standard output.") var output: String?
    @Option(help: "Only these scenarios or groups, separated by commas.") var only: String?
    @Flag(help: "Take only what is recommended, not what is merely tolerated.") var strict = false

    func apply(to configuration: inout ConformanceConfiguration, _ environment: [String: String]) throws {
        configuration.orders =
            orders?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
            ?? []
        configuration.kind = kind
        configuration.merchantKey = merchantKey ?? (makeOrders ? environment["MERCHANT_API_KEY"] : nil)
        if makeOrders, configuration.merchantKey == nil {
            throw ValidationError("--make-orders needs the merchant key in MERCHANT_API_KEY")
        }
        configuration.strictness = strict ? .strict : .tolerant
        configuration.only = only?.split(separator: ",").map(String.init) ?? []
    }

    /// Makes the run, delivers its report and ends the command.
    func run(_ configuration: ConformanceConfiguration) async throws {
        let found: ConformanceReport
        do {
            let run = try ConformanceRun(configuration)
            let narrator = ConformanceNarrator(isTerminal: isatty(2) == 1, total: run.scenarioCount)
            found = try await run.run { narrator.tell($0) }
        } catch let error as ConformanceError {
            FileHandle.standardError.write(Data("tiyin: \(error)\n".utf8))
            throw ExitCode(error.exitCode)
        }
        try deliver(found)
        throw ExitCode(found.exitCode)
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
