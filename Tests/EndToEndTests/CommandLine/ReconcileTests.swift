import Foundation
import NIOHTTP1
import Payments
import Sandbox
import Server
import Storage
import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    @Suite("tiyin reconcile")
    struct Reconcile {
        @Test("has the server compare with YooKassa's lists, and lists what somebody should look at, also without it")
        func compares() async throws {
            let clock = ManualClock(Int64(Date().timeIntervalSince1970 * 1_000))
            let yookassa = YooKassaSandbox([YooKassaShop(id: "100500", secretKey: "test_secret-key")]) { clock.now }
            try await yookassa.serving { url in
                let running = try await RunningServer(
                    [
                        "YOOKASSA_SHOP_ID": "100500", "YOOKASSA_SECRET_KEY": "test_secret-key",
                        "YOOKASSA_BASE_URL": url + "/v3", "YOOKASSA_RETURN_URL": "https://shop.example/{id}",
                    ], clock: clock)
                let environment = [
                    "DATABASE_URL": "sqlite:\(running.folder.file("server.db"))", "API_PORT": "\(running.port)",
                    "MERCHANT_API_KEY": running.merchantKey,
                ]
                func tool(_ arguments: String...) async throws -> CommandLineTool {
                    try await CommandLineTool.run(["reconcile"] + arguments, environment, in: running.folder)
                }
                do {
                    let made = try await running.merchant(
                        .POST, "/payments", ["amount": ["value": "100.00", "currency": "RUB"]])
                    try #require(made.status == 201)
                    let theirs = try #require(made.body["yookassa_id"]?.stringValue)
                    try yookassa.pay(theirs)
                    clock.advance(milliseconds: 400_000)
                    #expect(yookassa.refundInCabinet(theirs, amount: 2_500) != nil)
                    let compared = try await tool()
                    #expect(compared.isSuccess, "\(compared.errors)")
                    #expect(compared.output.contains("Compared 1 payments and 1 refunds"), "\(compared.output)")
                    #expect(compared.output.contains("No differences."))
                    #expect(compared.output.contains("foreign_refund"))
                    let listed = try await tool("--list")
                    #expect(!listed.output.contains("Compared"))
                    #expect(listed.output.contains("foreign_refund"))
                } catch {
                    await running.stop()
                    throw error
                }
                await running.stop()
                let alone = try await tool()
                #expect(alone.isSuccess, "\(alone.errors)")
                #expect(alone.output.contains("Not compared yet"))
                #expect(alone.output.contains("foreign_refund"))
            }
        }

        @Test("compares with the Pix bank's lists, tells what differs by its status, and what somebody should look at")
        func pix() async throws {
            let clock = ManualClock(Int64(Date().timeIntervalSince1970 * 1_000))
            let bank = PixBankSandbox(PixCrashRun.configuration) { clock.now }
            bank.conduct.limits = .none
            try await bank.serving { url in
                let running = try await RunningServer(
                    [
                        "PIX_PROVIDER": "inter", "PIX_KEY": "loja@example.com", "PIX_MERCHANT_NAME": "LOJA",
                        "PIX_MERCHANT_CITY": "RECIFE", "PIX_WEBHOOK_SECRET": "webhook-of-the-test",
                        "PIX_STRAY_MONEY": "hold", "INTER_CLIENT_ID": "loja", "INTER_CLIENT_SECRET": "segredo",
                        "INTER_BASE_URL": url,
                    ], clock: clock)
                let environment = [
                    "DATABASE_URL": "sqlite:\(running.folder.file("server.db"))", "API_PORT": "\(running.port)",
                    "MERCHANT_API_KEY": running.merchantKey,
                ]
                func tool(_ arguments: String...) async throws -> CommandLineTool {
                    try await CommandLineTool.run(["reconcile"] + arguments, environment, in: running.folder)
                }
                do {
                    let made = try await running.merchant(.POST, "/payments/pix", ["amount": "10.50"])
                    let txid = try #require(made.body["payment"]?["txid"]?.stringValue, "\(made.body.text)")
                    try bank.pay(txid: txid)
                    try bank.pay(txid: txid, slips: true)
                    clock.advance(milliseconds: 1_000)
                    let compared = try await tool()
                    #expect(compared.isSuccess, "\(compared.errors)")
                    #expect(compared.output.contains("Compared 2 payments and 1 charges of the bank's"))
                    #expect(compared.output.contains("No differences."))
                    #expect(compared.output.contains("held_money"), "\(compared.output)")
                    #expect(!compared.output.contains("YooKassa"))
                    _ = try await running.server.store.engine.write { sql in
                        try sql.execute("UPDATE transactions SET amount = 1049", [])
                    }
                    let differing = try await tool()
                    #expect(!differing.isSuccess)
                    #expect(differing.output.contains("10.49"), "\(differing.output)")
                    let listed = try await tool("--list")
                    #expect(!listed.output.contains("Compared"))
                    #expect(listed.output.contains("10.49"))
                } catch {
                    await running.stop()
                    throw error
                }
                await running.stop()
                let alone = try await tool()
                #expect(alone.output.contains("Not compared yet"))
                #expect(alone.output.contains("held_money"))
            }
        }
    }
}
