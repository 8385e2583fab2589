import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    @Suite("tiyin transactions and tiyin statement")
    struct Statements {
        @Test("show what was paid, beside a server and after it", arguments: [true, false])
        func transactions(isRunning: Bool) async throws {
            let shop = try await PaidShop.open()
            if !isRunning { #expect(await shop.server.stop() == .success) }
            let list = try await shop.tool("transactions", "list")
            #expect(list.isSuccess)
            // Newest first; one of the ids has a line break.
            #expect(list.lines.dropFirst().compactMap { $0.split(separator: " ").first }.contains("6"))
            for (arguments, count) in [
                (["--order", "wallet"], 2), (["--state", "2"], 2), (["--limit", "1"], 1), (["--state", "-2"], 1),
            ] {
                let tool = try await shop.run(["transactions", "list"] + arguments)
                #expect(tool.isSuccess)
                #expect(tool.output.split(separator: " UZS ").count - 1 == count, "\(arguments): \(tool.output)")
            }
            let none = try await shop.tool("transactions", "list", "--order", "nobody")
            #expect(none.output == "No transactions.\n")
            for id in ["2", PaidShop.ids[1]] {
                let shown = try await shop.tool("transactions", "show", id)
                #expect(shown.isSuccess, "\(shown.errors)")
                let changes = ["created", "performed", "refunded"]
                #expect(changes.allSatisfy { shown.output.contains("  \($0) ") }, "\(shown.output)")
                #expect(shown.output.contains(#"account  {"order_id":"A-2"}"#))
            }
            try await shop.tool("transactions", "show", "none").expectRefusal([
                "no transaction none", "transactions list",
            ])
            if isRunning { #expect(await shop.server.stop() == .success) }
        }

        @Test("a statement as JSON is what GetStatement answers")
        func json() async throws {
            let shop = try await PaidShop.open()
            let answer = try await shop.server.payme().statement(from: shop.start, to: shop.start + 5)
            let tool = try await shop.tool(
                "statement", "--from", String(shop.start), "--to", String(shop.start + 5), "--format", "json")
            #expect(tool.isSuccess)
            let rows = try JSONValue(parsing: tool.output).arrayValue ?? []
            let told = answer.result?["transactions"]?.arrayValue ?? []
            #expect(rows.count == 6 && told.count == 6)
            for (row, told) in zip(rows, told) {
                for name in [
                    "id", "time", "amount", "account", "create_time", "perform_time", "cancel_time", "transaction",
                    "state", "reason",
                ] {
                    #expect(row[name] == told[name], "\(name)")
                }
            }
            let empty = try await shop.tool(
                "statement", "--from", "2020-01-01", "--to", "2020-01-31", "--format", "json")
            #expect(try JSONValue(parsing: empty.output) == [])
            #expect(await shop.server.stop() == .success)
        }

        @Test("a statement as CSV comes through a spreadsheet whole, and no id is a formula")
        func csv() async throws {
            let shop = try await PaidShop.open()
            let tool = try await shop.tool(
                "statement", "--from", "2020-01-01", "--to", "2100-01-01T00:00:00Z", "--format", "csv")
            #expect(tool.isSuccess)
            let records = CSV.records(tool.output)
            #expect(records.count == 7)
            let header = try #require(records.first)
            #expect(header.prefix(4) == ["id", "time", "amount", "order"])
            #expect(records.allSatisfy { $0.count == header.count })
            let ids = records.dropFirst().map { $0[0] }
            #expect(ids == PaidShop.ids.map { $0 == "=1+1" ? "'=1+1" : $0 })
            let state = try #require(header.firstIndex(of: "state"))
            #expect(records.dropFirst().compactMap { Int64($0[state]) } == PaidShop.states)
            #expect(records.dropFirst().map { $0[2] } == Array(repeating: "500000", count: 6))
            #expect(await shop.server.stop() == .success)
        }

        @Test("a statement as a table ends with what was taken")
        func table() async throws {
            let shop = try await PaidShop.open()
            #expect(await shop.server.stop() == .success)
            let tool = try await shop.tool("statement", "--from", String(shop.start), "--to", String(shop.start + 5))
            #expect(tool.isSuccess)
            #expect(tool.lines.last == "6 transactions, performed: 10000.00 UZS")
            let none = try await shop.tool("statement", "--from", "2020-01-01", "--to", "2020-01-01")
            #expect(none.lines == ["No transactions in this period.", "0 transactions, performed: 0.00 UZS"])
            let folder = TemporaryFolder()
            try await CommandLineTool.run(["statement", "--from", "2020-01-01", "--to", "2020-01-01"], in: folder)
                .expectRefusal(["no database"])
        }

        @Test("sums beyond 64 bits end no statement", arguments: ["table", "csv", "json"])
        func beyond64Bits(format: String) async throws {
            let shop = try await PaidShop.open()
            let payme = shop.server.payme()
            for id in ["large-1", "large-2"] {
                _ = try await payme.create(id, "wallet", amount: .max, time: shop.start + 1_000)
                #expect(try await payme.perform(id).state == 2)
            }
            let tool = try await shop.tool(
                "statement", "--from", String(shop.start), "--to", String(shop.start + 1_000), "--format", format)
            #expect(tool.isSuccess, "\(tool.errors)")
            if format == "table" {
                #expect(tool.lines.last == "8 transactions, performed: more than 92233720368547758.07 UZS")
            } else {
                #expect(tool.output.contains("large-2"))
            }
            #expect(await shop.server.stop() == .success)
        }
    }
}

/// RFC 4180, as a spreadsheet reads it.
enum CSV {
    static func records(_ text: String) -> [[String]] {
        var (records, record, field, isQuoted): ([[String]], [String], String, Bool) = ([], [], "", false)
        var characters = text.makeIterator()
        var pushed: Character?
        while let character = pushed ?? characters.next() {
            pushed = nil
            switch (character, isQuoted) {
            case ("\"", true):
                let next = characters.next()
                if next == "\"" { field.append("\"") } else { (isQuoted, pushed) = (false, next) }
            case ("\"", false): isQuoted = true
            case (",", false):
                record.append(field)
                field = ""
            case ("\n", false), ("\r\n", false):
                records.append(record + [field])
                (record, field) = ([], "")
            default: field.append(character)
            }
        }
        return record.isEmpty && field.isEmpty ? records : records + [record + [field]]
    }
}
