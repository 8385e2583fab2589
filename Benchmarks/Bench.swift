import ArgumentParser

/// `make bench`: the server under load, and a bare Hummingbird echo under the same load in the same run.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tiyin-bench",
        abstract: "Measures the server against a bare Hummingbird POST echo, in one run on one machine.",
        subcommands: [Run.self, Pages.self, Echo.self], defaultSubcommand: Run.self)

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Run the benchmark and print its tables.")

        @Option(help: "Seconds for each measurement.") var seconds = 2.0
        @Option(help: "How often each is repeated; the median counts.") var rounds = 3
        @Option(help: "Numbers of connections.") var connections = "1,16,64,256"
        @Option(help: "Transactions stored for the growth measurement; 0 leaves it out.") var growth = 1_000_000
        @Option(help: "Rows of the statement; 0 leaves it out.") var statement = 100_000
        @Option(help: "Webhooks that wait for a dead receiver; 0 leaves it out.") var pending = 100_000
        @Option(help: "Payers' pages that are open at once; 0 leaves it out.") var pages = 1_000
        @Option(help: "Only these calls, for profiling; Check and Perform need Create.") var calls: String?
        @Option(help: "Threads of the load generator.") var threads = 1
        @Option(help: "Where the figures are written as JSON.") var output = ".build/bench.json"

        func run() async throws {
            let levels = connections.split(separator: ",").compactMap { Int($0) }
            let plan = BenchPlan(
                seconds: seconds, rounds: rounds, levels: levels, growth: growth, statement: statement,
                pending: pending, pages: pages, threads: threads,
                only: calls.map { Set($0.split(separator: ",").map(String.init)) })
            let results = try await plan.run()
            print(BenchReport(results).text)
            try BenchReport(results).writeJSON(to: output)
            print("figures as JSON: \(output)")
        }
    }

    struct Echo: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "echo", abstract: "The bare Hummingbird POST echo that is measured beside the server.")

        @Option var port: Int

        func run() async throws { try await EchoServer(port: port).run() }
    }
}
