import Crypto
import Foundation
import NIOCore

/// Click's calls of the measurements, signed, whole and ready to send.
enum ClickWorkload {
    static let service = 54_321
    static let secret = "bench-click-key-of-no-value"
    private static let path = "/payments/click/webhook"
    private static let time = "2026-01-15 10:20:30"

    static func prepare(_ number: Int) -> ByteBuffer { request(number, order: String(number), prepareID: nil) }

    /// - Parameter prepareID: the number of a transaction that was stored before the server started.
    static func complete(_ number: Int, order: String, prepareID: Int) -> ByteBuffer {
        request(number, order: order, prepareID: prepareID)
    }

    private static func request(_ number: Int, order: String, prepareID: Int?) -> ByteBuffer {
        let action = prepareID == nil ? 0 : 1
        let prepare = prepareID.map(String.init) ?? ""
        let digest = Insecure.MD5.hash(
            data: Data("\(number)\(service)\(secret)\(order)\(prepare)5000.00\(action)\(time)".utf8))
        let sign = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let body =
            "click_trans_id=\(number)&service_id=\(service)&click_paydoc_id=\(number)&merchant_trans_id=\(order)"
            + "&amount=5000.00&action=\(action)&error=0&error_note=Success&sign_time=2026-01-15+10%3A20%3A30"
            + "&sign_string=\(sign)" + (prepareID == nil ? "" : "&merchant_prepare_id=\(prepare)")
        return ByteBuffer(
            string: "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
    }
}
