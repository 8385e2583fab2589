import Foundation

/// Everything that one run measured.
struct BenchResults {
    let machine: String
    let seconds: Double
    let rounds: Int
    var fsyncMicroseconds = 0.0
    var startMilliseconds = 0.0
    var peakMegabytes: Double?
    /// By call and number of connections, one entry a round.
    var loads: [String: [Int: [LoadResult]]] = [:]
    var statement: StatementResult?
    var pages: OpenPagesResult?
    /// CreateTransaction a second at 64 connections, by stored transactions.
    var growth: [Int: [Double]] = [:]
    /// CreateTransaction a second at 64 connections, by what is the matter with webhooks.
    var pending: [PendingReceiver: [Double]] = [:]
    var pendingCount = 0

    /// The median over the rounds of one rate divided by another's in the same round.
    func pendingRatio(_ receiver: PendingReceiver, to other: PendingReceiver) -> Double {
        zip(pending[receiver] ?? [], pending[other] ?? []).map { $0 / max($1, 1) }.median
    }

    mutating func add(_ call: String, _ level: Int, _ result: LoadResult) {
        loads[call, default: [:]][level, default: []].append(result)
    }

    func median(_ call: String, _ level: Int, _ figure: (LoadResult) -> Double) -> Double {
        (loads[call]?[level] ?? []).map(figure).median
    }

    /// The median over the rounds of a call's rate divided by the echo's in the same round.
    func ratio(_ call: String, _ level: Int) -> Double {
        let rates = (loads[call]?[level] ?? []).map(\.perSecond)
        let echoes = (loads["echo"]?[level] ?? []).map(\.perSecond)
        return zip(rates, echoes).map { $0 / max($1, 1) }.median
    }
}

/// What is the matter with webhooks while CreateTransaction is measured.
enum PendingReceiver: String, CaseIterable {
    /// There are none.
    case off
    /// To a receiver where nobody listens, none waiting at first.
    case none
    /// The same, very many waiting.
    case many
    /// Very many waiting for a receiver that answers 404.
    case refusing
    /// Very many waiting for a receiver that takes connections and says nothing.
    case silent

    var isPending: Bool { self != .off && self != .none }

    var text: String {
        switch self {
        case .off: "without webhooks"
        case .none: "with webhooks, nobody listens, none waiting at first"
        case .many: "nobody listens"
        case .refusing: "the shop answers 404"
        case .silent: "the shop says nothing"
        }
    }
}

struct StatementResult {
    let rows: Int
    let bytes: Int
    let milliseconds: Double
    let megabytesBefore: Double?
    let megabytesAfter: Double?
}

enum Machine {
    /// Processor, cores, memory, system: what a reader needs to judge the figures.
    static var description: String {
        let info = ProcessInfo.processInfo
        let cpu =
            (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?
            .split(separator: "\n").first { $0.hasPrefix("model name") }?
            .split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
        let gigabytes = info.physicalMemory / (1 << 30)
        return "\(info.activeProcessorCount) cores (\(cpu)), \(gigabytes) GiB, \(info.operatingSystemVersionString); "
            + "load generator on the same cores"
    }
}
