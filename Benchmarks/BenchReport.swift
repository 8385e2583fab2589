import Foundation
import StrictJSON

/// The figures as tables and as JSON.
struct BenchReport {
    private let results: BenchResults
    private let calls = [
        "echo", "CheckPerformTransaction", "CreateTransaction", "CheckTransaction", "PerformTransaction",
        "Click Prepare", "Click Complete",
    ]

    init(_ results: BenchResults) {
        self.results = results
    }

    private var levels: [Int] { (results.loads["echo"] ?? [:]).keys.sorted() }

    var text: String {
        var lines = ["", "Machine: \(results.machine)"]
        lines.append(
            "Each figure is the median of \(results.rounds) rounds of \(Self.fixed(results.seconds, 1)) s; "
                + "`of echo` is the rate divided by the bare echo's in the same round.")
        lines.append("")
        lines.append("| call | connections | requests/s | of echo | p50 ms | p99 ms | server CPU µs/request |")
        lines.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
        for call in calls {
            for level in levels where results.loads[call]?[level] != nil {
                let rate = results.median(call, level, \.perSecond)
                let p50 = results.median(call, level, \.p50) / 1_000
                let cpu = results.median(call, level, \.processorMicroseconds)
                let p99 = results.median(call, level, \.p99) / 1_000
                lines.append(
                    "| \(call) | \(level) | \(Int(rate)) | \(Self.fixed(results.ratio(call, level), 2)) "
                        + "| \(Self.fixed(p50, 2)) | \(Self.fixed(p99, 2)) | \(Self.fixed(cpu, 1)) |")
            }
        }
        lines.append("")
        lines += summary
        return lines.joined(separator: "\n")
    }

    private var summary: [String] {
        var lines: [String] = []
        let overhead = results.median("CreateTransaction", 1, \.p50) - results.fsyncMicroseconds
        lines.append("| figure | value |")
        lines.append("| --- | ---: |")
        lines.append("| one 4 KiB append and fsync here | \(Int(results.fsyncMicroseconds)) µs |")
        lines.append("| CreateTransaction at 1 connection, p50, beyond that fsync | \(Int(overhead)) µs |")
        lines.append("| start to first answer | \(Int(results.startMilliseconds)) ms |")
        if let peak = results.peakMegabytes {
            lines.append("| peak memory of the server under these loads | \(Int(peak)) MB |")
        }
        if let statement = results.statement {
            lines.append(
                "| GetStatement of \(statement.rows) rows | \(Int(statement.milliseconds)) ms, "
                    + "\(statement.bytes / 1_000_000) MB |")
            if let before = statement.megabytesBefore, let after = statement.megabytesAfter {
                lines.append("| memory before and after that statement | \(Int(before)) MB, \(Int(after)) MB |")
            }
        }
        let sizes = results.growth.keys.sorted()
        for size in sizes {
            lines.append("| CreateTransaction/s with \(size) stored | \(Int((results.growth[size] ?? []).median)) |")
        }
        if let small = sizes.first, let large = sizes.last, small != large,
            let few = results.growth[small], let many = results.growth[large]
        {
            let ratio = zip(many, few).map { $0 / max($1, 1) }.median
            lines.append("| growth: the second divided by the first | \(Self.fixed(ratio, 2)) |")
        }
        if !results.pending.isEmpty {
            for receiver in PendingReceiver.allCases {
                let what = receiver.isPending ? "\(results.pendingCount) webhooks waiting, " : ""
                lines.append(
                    "| CreateTransaction/s, \(what)\(receiver.text) "
                        + "| \(Int((results.pending[receiver] ?? []).median)) |")
            }
            for receiver in PendingReceiver.allCases where receiver.isPending {
                let beside = Self.fixed(results.pendingRatio(receiver, to: .none), 2)
                let without = Self.fixed(results.pendingRatio(receiver, to: .off), 2)
                lines.append(
                    "| waiting, \(receiver.text): of none waiting, of no webhooks (target 0.90) | \(beside), \(without) |"
                )
            }
        }
        if let pages = results.pages { lines += Self.lines(of: pages) }
        return lines
    }

    /// Rows of the table of figures.
    static func lines(of pages: OpenPagesResult) -> [String] {
        let (median, last) = (fixed(pages.percentile(0.5), 1), fixed(pages.percentile(0.99), 1))
        var lines = [
            "| \(pages.pages) open pages: from a confirmation to the page that shows it, p50 and p99 (target 200) "
                + "| \(median), \(last) ms |",
            "| confirmations that a page missed | \(pages.missed) |",
        ]
        if let before = pages.megabytesAtFirst, let peak = pages.megabytes {
            lines.append(
                "| memory at the start, and at most with these pages (target 150) | \(Int(before)), \(Int(peak)) MB |")
        }
        return lines
    }

    func writeJSON(to path: String) throws {
        var rows: [JSONValue] = []
        for call in calls {
            for level in levels {
                rows.append([
                    "call": .string(call), "connections": .integer(Int64(level)),
                    "requests_per_second": .number(Self.fixed(results.median(call, level, \.perSecond), 1)),
                    "of_echo": .number(Self.fixed(results.ratio(call, level), 3)),
                    "p50_microseconds": .number(Self.fixed(results.median(call, level, \.p50), 1)),
                    "server_cpu_microseconds":
                        .number(Self.fixed(results.median(call, level, \.processorMicroseconds), 1)),
                    "p99_microseconds": .number(Self.fixed(results.median(call, level, \.p99), 1)),
                ])
            }
        }
        var object: JSONObject = [
            "machine": .string(results.machine), "rounds": .integer(Int64(results.rounds)),
            "calls": .array(rows),
            "fsync_microseconds": .number(Self.fixed(results.fsyncMicroseconds, 1)),
            "start_milliseconds": .number(Self.fixed(results.startMilliseconds, 1)),
            "peak_megabytes": results.peakMegabytes.map { .number(Self.fixed($0, 1)) } ?? .null,
        ]
        if let statement = results.statement {
            object["statement"] = [
                "rows": .integer(Int64(statement.rows)), "bytes": .integer(Int64(statement.bytes)),
                "milliseconds": .number(Self.fixed(statement.milliseconds, 1)),
                "megabytes_after": statement.megabytesAfter.map { .number(Self.fixed($0, 1)) } ?? .null,
            ]
        }
        if let pages = results.pages {
            object["pages"] = [
                "open": .integer(Int64(pages.pages)), "missed": .integer(Int64(pages.missed)),
                "p50_milliseconds": .number(Self.fixed(pages.percentile(0.5), 2)),
                "p99_milliseconds": .number(Self.fixed(pages.percentile(0.99), 2)),
                "peak_megabytes": pages.megabytes.map { .number(Self.fixed($0, 1)) } ?? .null,
            ]
        }
        object["growth"] = .array(
            results.growth.sorted { $0.key < $1.key }.map { stored, rates in
                ["stored": .integer(Int64(stored)), "create_per_second": .number(Self.fixed(rates.median, 1))]
            })
        object["pending"] = .array(
            PendingReceiver.allCases.map { receiver in
                let rates = results.pending[receiver] ?? []
                return [
                    "webhooks": .string(receiver.rawValue), "create_per_second": .number(Self.fixed(rates.median, 1)),
                ]
            })
        try Data(JSONValue.object(object).serialized()).write(to: URL(fileURLWithPath: path))
    }

    private static func fixed(_ value: Double, _ decimals: Int) -> String {
        String(format: "%.\(decimals)f", value.isFinite ? value : 0)
    }
}
