import Foundation
import NIOCore

/// The requests of the measurements, whole and ready to send.
enum Workload {
    static let key = "bench-payme-key-of-no-value"
    static let path = "/payments/payme/webhook"
    private static let credentials = Data("Paycom:\(key)".utf8).base64EncodedString()

    static func request(_ body: String, path: String = Self.path) -> ByteBuffer {
        ByteBuffer(
            string: "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic \(credentials)\r\n"
                + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    static func id(_ number: Int) -> String {
        let hex = String(number, radix: 16)
        return "5305e3ba" + String(repeating: "0", count: 16 - hex.count) + hex
    }

    static func create(_ number: Int, time: Int64) -> String {
        #"{"method":"CreateTransaction","params":{"id":"\#(id(number))","time":\#(time),"amount":500000,"#
            + #""account":{"order_id":"\#(number)"}},"id":\#(number)}"#
    }

    static func perform(_ number: Int) -> String {
        #"{"method":"PerformTransaction","params":{"id":"\#(id(number))"},"id":\#(number)}"#
    }

    static func check(_ number: Int) -> String {
        #"{"method":"CheckTransaction","params":{"id":"\#(id(number))"},"id":\#(number)}"#
    }

    static func checkPerform(_ number: Int) -> String {
        #"{"method":"CheckPerformTransaction","params":{"amount":500000,"account":{"order_id":"\#(number)"}},"#
            + #""id":\#(number)}"#
    }

    static func statement(from: Int64, to: Int64) -> String {
        #"{"method":"GetStatement","params":{"from":\#(from),"to":\#(to)},"id":1}"#
    }
}
