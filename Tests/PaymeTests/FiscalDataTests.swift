import Payme
import Storage
import StrictJSON
import TestSupport
import Testing

/// Source: payme.md 3.6.
@Suite("SetFiscalData")
struct FiscalDataTests {
    private static let sale: JSONValue = [
        "receipt_id": 2, "status_code": 0, "message": "accepted", "terminal_id": "EZ000000000030",
        "fiscal_sign": "800031554082", "qr_code_url": "https://ofd.soliq.uz/epi?t=EZ", "date": "20220706120000",
    ]

    private func withTransaction(_ body: (PaymeShop) async throws -> Void) async throws {
        try await PaymeShop.with { shop in
            try await shop.add()
            _ = try await shop.create()
            _ = try await shop.perform()
            try await body(shop)
        }
    }

    @Test("keeps the receipt of the sale and that of the return side by side")
    func bothSlots() async throws {
        try await withTransaction { shop in
            let back: JSONValue = ["receipt_id": "R-3", "status_code": 0]
            #expect(
                try await shop.fiscal("PERFORM", Self.sale).text
                    == #"{"jsonrpc":"2.0","result":{"success":true},"id":1}"#)
            _ = try await shop.cancel()
            shop.clock.advance(milliseconds: 9)
            #expect(try await shop.fiscal("CANCEL", back).result == ["success": true])
            let receipts = try await shop.receipts()
            #expect(receipts.map(\.kind) == [.perform, .cancel])
            #expect(receipts.map(\.data) == [Self.sale.text, back.text])
            #expect(receipts.map { $0.receivedAt - shop.opening } == [0, 9])
        }
    }

    @Test("that comes again overwrites the same receipt")
    func overwrites() async throws {
        try await withTransaction { shop in
            let failed: JSONValue = ["status_code": -8, "message": "терминал недоступен"]
            for data in [Self.sale, Self.sale, failed] {
                shop.clock.advance(milliseconds: 1)
                #expect(try await shop.fiscal("PERFORM", data).result == ["success": true])
            }
            let receipts = try await shop.receipts()
            #expect(receipts.map(\.data) == [failed.text])
            #expect(receipts.map { $0.receivedAt - shop.opening } == [3])
        }
    }

    @Test(
        "takes what samples and tables disagree about, and keeps it as it came",
        arguments: [
            #"{"status_code":0,"receipt_id":"2"}"#, #"{"status_code":0,"receipt_id":2}"#,
            #"{"status_code":0,"receipt_id":null}"#, #"{"status_code":7}"#,
            #"{"status_code":0,"date":20220706120000,"later":{"more":[1.50]}}"#,
        ])
    func shapes(data: String) async throws {
        try await withTransaction { shop async throws in
            #expect(try await shop.fiscal("PERFORM", try JSONValue(parsing: data)).result == ["success": true])
            #expect(try await shop.receipts().map(\.data) == [data])
        }
    }

    @Test("of a transaction that nobody knows is refused")
    func unknown() async throws {
        try await withTransaction { shop in
            let before = try await shop.everything()
            #expect(try await shop.fiscal("PERFORM", Self.sale, of: 2).short == "FiscalReceiptNotFound")
            #expect(try await shop.everything() == before)
        }
    }

    /// The params beside `id`, and what is at fault.
    private static let table = #"""
        {}                                                               | InvalidParams(type)
        {"type":"PERFORM"}                                               | InvalidParams(fiscal_data)
        {"type":"perform","fiscal_data":{"status_code":0}}               | InvalidParams(type)
        {"type":"REFUND","fiscal_data":{"status_code":0}}                | InvalidParams(type)
        {"type":1,"fiscal_data":{"status_code":0}}                       | InvalidParams(type)
        {"type":"PERFORM","fiscal_data":null}                            | InvalidParams(fiscal_data)
        {"type":"PERFORM","fiscal_data":[]}                              | InvalidParams(fiscal_data)
        {"type":"PERFORM","fiscal_data":{}}                              | InvalidParams(fiscal_data.status_code)
        {"type":"PERFORM","fiscal_data":{"status_code":"0"}}             | InvalidParams(fiscal_data.status_code)
        {"type":"PERFORM","fiscal_data":{"status_code":0,"message":1}}   | InvalidParams(fiscal_data.message)
        {"id":1,"type":"PERFORM","fiscal_data":{"status_code":0}}        | InvalidParams(id)
        {"id":"","type":"PERFORM","fiscal_data":{"status_code":0}}       | InvalidParams(id)
        """#

    @Test("with params that do not fit has an error of its own")
    func badParams() async throws {
        try await withTransaction { shop in
            for line in Self.table.split(separator: "\n") {
                let cells = line.split(separator: "|")
                guard var params = try JSONValue(parsing: String(cells[0])).objectValue else { continue }
                params["id"] = params["id"] ?? PaymeShop.id(1)
                let answer = try await shop.call("SetFiscalData", .object(params))
                #expect(answer.short == String(cells[1].drop { $0 == " " }), "\(line)")
            }
            #expect(try await shop.receipts() == [])
        }
    }
}

extension PaymeShop {
    fileprivate func fiscal(_ type: String, _ data: JSONValue, of number: Int = 1) async throws -> PaymeAnswer {
        try await call("SetFiscalData", ["id": Self.id(number), "type": .string(type), "fiscal_data": data])
    }

    fileprivate func receipts() async throws -> [PaymeFiscalReceipt] {
        try await base.read { try PaymeFiscalReceipt.all(ofTransaction: 1, in: $0.sql) }
    }
}
