import NIOCore

/// Until when a connection must have sent its request, and until when it must have its answer. No timer, no I/O.
///
/// A request's time begins with its first byte and ends with its last, whatever was answered meanwhile: an answer that
/// needs no body does not buy the body more time. A request that was sent behind another one begins when that one is
/// answered, because until then it may be us who do not read.
struct RequestDeadline {
    private let arrival: TimeAmount
    private let answer: TimeAmount
    /// When the request that is being sent must be whole.
    private var arrivalEnd: NIODeadline?
    /// When the oldest whole request must be answered.
    private var answerEnd: NIODeadline?
    /// A head has come, and the end of its body has not.
    private var isReading = false
    /// Requests whose response has not ended.
    private(set) var unanswered = 0

    /// - Parameters:
    ///   - arrival: from a request's first byte to its last.
    ///   - answer: from there to the end of the response.
    init(arrival: TimeAmount, answer: TimeAmount) {
        self.arrival = arrival
        self.answer = answer
    }

    /// When the connection is to be closed; nil: nothing is under way.
    var end: NIODeadline? {
        guard let arrivalEnd, let answerEnd else { return arrivalEnd ?? answerEnd }
        return min(arrivalEnd, answerEnd)
    }

    mutating func bytesCame(at now: NIODeadline) {
        guard !isReading, unanswered == 0, arrivalEnd == nil else { return }
        arrivalEnd = now + arrival
    }

    mutating func headCame(at now: NIODeadline) {
        isReading = true
        unanswered += 1
        if unanswered == 1, arrivalEnd == nil { arrivalEnd = now + arrival }
    }

    mutating func requestEnded(at now: NIODeadline) {
        isReading = false
        arrivalEnd = nil
        if unanswered > 0, answerEnd == nil { answerEnd = now + answer }
    }

    /// A part of a long response went out: the next has as much time again.
    mutating func responseWentOn(at now: NIODeadline) {
        if answerEnd != nil { answerEnd = now + answer }
    }

    /// The response flows for as long as somebody watches.
    mutating func responseIsEndless() { answerEnd = nil }

    mutating func responseEnded(at now: NIODeadline) {
        unanswered = max(0, unanswered - 1)
        answerEnd = nil
        if unanswered > 1 || (unanswered == 1 && !isReading) {
            answerEnd = now + answer
        } else if unanswered == 1, arrivalEnd == nil {
            arrivalEnd = now + arrival
        }
    }
}
