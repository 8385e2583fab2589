/// A call as it went over the wire.
struct SentCall: Sendable {
    let method: PaymeMethod
    let request: [UInt8]
    let answer: [UInt8]
}
