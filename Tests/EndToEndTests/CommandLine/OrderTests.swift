import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    @Suite("tiyin orders")
    struct Orders {
        @Test("registers in the database while no server runs, and shows what is there")
        func withoutServer() async throws {
            let folder = TemporaryFolder()
            func tool(_ arguments: String...) async throws -> CommandLineTool {
                try await CommandLineTool.run(["orders"] + arguments, in: folder)
            }
            try await tool("list").expectRefusal(["no database", "tiyin.db"])
            try await tool("show", "A-1").expectRefusal(["no database"])
            let added = try await tool("add", "A-1", "--amount", "5000.00", "--description", "Зелёный чай, 2 шт.")
            #expect(added.isSuccess && added.output == "order A-1 registered in tiyin.db\n" && added.errors == "")
            let again = try await tool("add", "A-1", "--amount", "5000", "--description", "Зелёный чай, 2 шт.")
            #expect(again.isSuccess && again.output == "order A-1 was registered already\n")
            let account = try await tool("add", "+998901234567", "--kind", "cumulative", "--minimum", "1000.00")
            #expect(account.isSuccess && account.output == "order +998901234567 registered in tiyin.db\n")
            let list = try await tool("list")
            #expect(list.isSuccess && list.lines.count == 3)
            #expect(list.lines.contains { Self.words($0).starts(with: ["A-1", "one_time", "5000.00", "UZS"]) })
            #expect(list.lines.contains { $0.hasPrefix("+998901234567") && $0.contains("cumulative") })
            let shown = try await tool("show", "A-1")
            #expect(
                shown.isSuccess && shown.output.contains("5000.00 UZS") && shown.output.contains("Зелёный чай, 2 шт."))
            #expect(shown.output.contains("pending") && shown.output.contains("No attempts to pay it."))
        }

        /// Arguments of `orders add`, and what the refusal names.
        private static let wrong: [([String], [String])] = [
            (["A-1", "--amount", "1.00"], ["id", "another order"]), (["B"], ["amount"]),
            (["B", "--amount", "0"], ["amount", "above 0"]), (["B", "--amount", "1.005"], ["amount", "decimals"]),
            (["B", "--amount", "5,00"], ["amount"]), (["B", "--amount", "1e3"], ["amount"]),
            (["B", "--amount", "99999999999999999999"], ["amount"]), (["B C", "--amount", "1"], ["id"]),
            (["", "--amount", "1"], ["id"]), ([String(repeating: "9", count: 65), "--amount", "1"], ["id", "64"]),
            (["B", "--amount", "1", "--kind", "once"], ["kind", "one_time"]),
            (["B", "--amount", "1", "--currency", "XYZ"], ["currency", "UZS"]),
            (["B", "--kind", "cumulative", "--minimum", "2", "--maximum", "1"], ["minimum"]),
            (["B", "--amount", "1", "--minimum", "1"], ["minimum"]),
        ]

        @Test(
            "refuses what is no order with one line that names the field, with a server and without",
            arguments: [true, false])
        func refusals(hasServer: Bool) async throws {
            let folder = TemporaryFolder()
            let server = hasServer ? try await ServerProcess(.tiyin, in: folder) : nil
            let environment = ServerProcess.environment(folder).merging(["API_PORT": String(server?.port ?? 0)]) { $1 }
            let first = try await CommandLineTool.run(
                ["orders", "add", "A-1", "--amount", "5"], environment, in: folder)
            #expect(first.isSuccess)
            for (arguments, words) in Self.wrong {
                try await CommandLineTool.run(["orders", "add"] + arguments, environment, in: folder).expectRefusal(
                    words)
            }
            let list = try await CommandLineTool.run(["orders", "list"], environment, in: folder)
            #expect(list.lines.count == 2)
            if let server { #expect(await server.stop() == .success) }
        }

        @Test("registers through the server while one runs")
        func withServer() async throws {
            let shop = try await PaidShop.open()
            let added = try await shop.tool("orders", "add", "B-1", "--amount", "10.00")
            #expect(added.isSuccess && added.output == "order B-1 registered\n", "\(added.errors)")
            #expect(try await shop.server.shop().get("/orders/B-1").status == 200)
            #expect(try await shop.server.payme().check("B-1", 1_000).isResult)
            let again = try await shop.tool("orders", "add", "B-1", "--amount", "10.00")
            #expect(again.isSuccess && again.output == "order B-1 was registered already\n")
            let list = try await shop.tool("orders", "list", "--limit", "3")
            #expect(list.isSuccess && list.lines.count == 4)
            let standing = try await shop.tool("orders", "list")
            let status = Dictionary(
                uniqueKeysWithValues: standing.lines.dropFirst().map { (Self.words($0)[0], Self.words($0)) })
            #expect(status["A-1"]?.contains("paid") == true && status["A-2"]?.contains("refunded") == true)
            #expect(status["A-3"]?.contains("reserved") == true && status["A-4"]?.contains("pending") == true)
            let shown = try await shop.tool("orders", "show", "A-1")
            #expect(shown.isSuccess && shown.output.contains(PaidShop.ids[0]))
            try await shop.tool("orders", "show", "none").expectRefusal(["no order none", "orders list"])
            #expect(await shop.server.stop() == .success)
        }

        @Test("says what is missing when a server runs and cannot be reached")
        func unreachable() async throws {
            let folder = TemporaryFolder()
            let server = try await ServerProcess(.tiyin, in: folder)
            var environment = ServerProcess.environment(folder).merging(["API_PORT": String(server.port)]) { $1 }
            func add() async throws -> CommandLineTool {
                try await CommandLineTool.run(["orders", "add", "A", "--amount", "1"], environment, in: folder)
            }
            environment["MERCHANT_API_KEY"] = "not-the-merchant-key"
            try await add().expectRefusal(["merchant.api_key"])
            environment["MERCHANT_API_KEY"] = nil
            try await add().expectRefusal(["MERCHANT_API_KEY"])
            environment["MERCHANT_API_KEY"] = ServerProcess.merchantKey
            environment["API_PORT"] = "1"
            try await add().expectRefusal(["127.0.0.1:1", "does not answer"])
            #expect(await server.stop() == .success)
        }

        // Invariant: a tool that has the database for a moment is no server; the others wait for it.
        //
        //     tool 1                                tools 2 to 8
        //     ------------------------------------  --------------------------------------------------
        //     locks the database                    find it locked, and no server that answers
        //     registers, lets go                    try again: lock, register, let go, one after another
        @Test("eight tools at once register eight orders")
        func sideBySide() async throws {
            let folder = TemporaryFolder()
            let tools = try await Crowd.all(8) {
                try await CommandLineTool.run(["orders", "add", "P\($0)", "--amount", "5"], in: folder)
            }
            for tool in tools { #expect(tool.isSuccess, "\(tool.errors)") }
            let list = try await CommandLineTool.run(["orders", "list"], in: folder)
            #expect(list.lines.count == 9)
        }

        private static func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }
    }
}
