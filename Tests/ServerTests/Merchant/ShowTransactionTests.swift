import Payments
import Server
import StrictJSON
import TestSupport
import Testing

@Suite("GET /transactions/{id}")
struct ShowTransactionTests {
    @Test("shows all of it, its history and its fiscal receipts", arguments: Transport.allCases)
    func everything(transport: Transport) async throws {
        try await Desk.with(transport) { desk in
            try await desk.add("A")
            let external = PaymeClient.id(1)
            try await desk.announce(1, "A")
            desk.clock.advance(milliseconds: 10)
            try await desk.perform(1)
            for (type, code) in [("CANCEL", 7), ("PERFORM", 0)] as [(JSONValue, JSONValue)] {
                try await desk.payme(
                    "SetFiscalData", ["id": .string(external), "type": type, "fiscal_data": ["status_code": code]])
            }
            desk.clock.advance(milliseconds: 10)
            try await desk.cancel(1, reason: 5)
            let money = #"{"value":"5000.00","currency":"UZS"}"#
            let transaction =
                #"{"id":"1","gateway":"payme","external_id":"\#(external)","external_time":1795219200000,"#
                + #""order_id":"A","amount":\#(money),"refunded":\#(money),"state":-2,"phase":null,"reason":5,"#
                + #""create_time":1795219200000,"perform_time":1795219200010,"cancel_time":1795219200020,"#
                + #""deadline":1795262400000,"account":{"order_id":"A"},"receivers":[]"#
            func step(_ id: Int, _ at: Int, _ change: String, _ from: String, _ to: Int, _ reason: String) -> String {
                #"{"id":"\#(id)","at":\#(1_795_219_200_000 + at),"change":"\#(change)","from":\#(from),"to":\#(to),"#
                    + #""actor":"payme","reason":\#(reason),"amount":\#(money)}"#
            }
            let journal = [
                step(1, 0, "created", "null", 1, "null"), step(2, 10, "performed", "1", 2, "null"),
                step(3, 20, "refunded", "2", -2, "5"),
            ]
            let receipts = [
                #"{"type":"PERFORM","received_at":1795219200010,"data":{"status_code":0}}"#,
                #"{"type":"CANCEL","received_at":1795219200010,"data":{"status_code":7}}"#,
            ]
            #expect(
                try await desk.get("/transactions/1").text
                    == transaction + #","journal":["# + journal.joined(separator: ",") + #"],"fiscal_receipts":["#
                    + receipts.joined(separator: ",") + "]}")
            #expect(
                try await desk.get("/transactions").text == #"{"items":["# + transaction + #"}],"next_cursor":null}"#)
        }
    }

    @Test("shows what has not happened yet as null", arguments: Transport.allCases)
    func unset(transport: Transport) async throws {
        try await Desk.with(transport) { desk in
            try await desk.add("A")
            try await desk.announce(1, "A")
            let reply = try await desk.get("/transactions/1")
            for name in ["perform_time", "cancel_time", "reason", "phase"] { #expect(reply[name] == .null) }
            #expect(reply["refunded"]?["value"] == "0.00")
            #expect(reply["fiscal_receipts"] == [])
            desk.clock.advance(milliseconds: 43_200_001)
            _ = try await desk.server.service.expireOverdue()
            let expired = try await desk.get("/transactions/1")
            #expect(expired["state"] == -1)
            #expect(expired["reason"] == 4)
            #expect(expired["journal"]?[1]?["actor"] == "deadline")
            #expect(expired["journal"]?[1]?["change"] == "expired")
        }
    }

    @Test("of one that nobody knows is 404", arguments: Transport.allCases)
    func unknown(transport: Transport) async throws {
        try await Desk.with(transport) { desk in
            try await desk.add("A")
            try await desk.announce(1, "A")
            for id in ["2", "0", "-1", "x", "1.0", "01x", "9223372036854775808", PaymeClient.id(1)] {
                #expect(try await desk.get("/transactions/\(id)").short == "404 not-found", "\(id)")
            }
        }
    }
}
