import jsQR from "jsqr";
import { useEffect, useRef, useState } from "react";

const LOOK_EVERY_MS = 120;
const KEPT_CAMERA = "ticketapp-camera";

function decoder() {
  if ("BarcodeDetector" in window) {
    const native = new window.BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await native.detect(video))[0]?.rawValue;
  }
  const canvas = document.createElement("canvas");
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    drawing.drawImage(video, 0, 0);
    const { data, width, height } = drawing.getImageData(0, 0, canvas.width, canvas.height);
    return jsQR(data, width, height, { inversionAttempts: "dontInvert" })?.data;
  };
}

async function openCamera(wanted) {
  const kept = wanted || localStorage.getItem(KEPT_CAMERA);
  const choice = kept ? { deviceId: { exact: kept } } : { facingMode: "environment" };
  try {
    return await navigator.mediaDevices.getUserMedia({ video: choice, audio: false });
  } catch (refused) {
    if (!kept || refused.name === "NotAllowedError") throw refused;
    localStorage.removeItem(KEPT_CAMERA); // The remembered camera is gone: take what there is.
    return navigator.mediaDevices.getUserMedia({ video: true, audio: false });
  }
}

function Refused({ onRetry }) {
  return (
    <div className="scanner-refused" role="alert">
      <p className="display text-xl">The camera is off</p>
      <ol className="grid gap-1 list-decimal ps-5">
        <li>Tap the lock or camera sign beside the address.</li>
        <li>Set Camera to Allow.</li>
        <li>Come back and press Try again.</li>
      </ol>
      <p>A hand scanner and typed codes work without it.</p>
      <button type="button" className="btn" data-tone="primary" onClick={onRetry}>Try again</button>
    </div>
  );
}

/* Reads QR codes with the device's camera; one code counts once within the pause. */
export function QrScanner({ active = true, pauseMs = 2500, onScan, onCameraError }) {
  const video = useRef(null);
  const last = useRef({ text: "", at: 0 });
  const report = useRef({});
  report.current = { onScan, onCameraError };
  const [state, setState] = useState("opening");
  const [attempt, setAttempt] = useState(0);
  const [wanted, setWanted] = useState("");
  const [cameras, setCameras] = useState([]);
  const [torch, setTorch] = useState(null);
  const track = useRef(null);

  useEffect(() => {
    if (!active) return undefined;
    let over = false;
    let stream;
    let timer;
    const decode = decoder();
    const emit = (text) => {
      // A phone that stays in view is one scan, however long: the pause counts from when the code was last seen.
      const isStillThere = text === last.current.text && Date.now() - last.current.at < pauseMs;
      last.current = { text, at: Date.now() };
      if (!isStillThere) report.current.onScan?.(text);
    };
    const look = async () => {
      if (over) return;
      try {
        const text = video.current?.videoWidth ? await decode(video.current) : null;
        if (text && !over) emit(text);
      } catch {
        // A frame that cannot be read is followed by another.
      }
      timer = setTimeout(look, LOOK_EVERY_MS);
    };
    const begin = async () => {
      stream = await openCamera(wanted);
      if (over) return stop();
      track.current = stream.getVideoTracks()[0];
      video.current.srcObject = stream;
      setTorch(track.current.getCapabilities?.().torch ? false : null);
      const found = await navigator.mediaDevices.enumerateDevices();
      setCameras(found.filter((device) => device.kind === "videoinput").map((device) => device.deviceId));
      setState("ready");
      look();
    };
    const stop = () => stream?.getTracks().forEach((part) => part.stop());
    if (!navigator.mediaDevices) {
      setState("refused");
      report.current.onCameraError?.("NotSupported");
    } else {
      begin().catch((refused) => {
        if (over) return;
        setState("refused");
        report.current.onCameraError?.(refused.name || "Unknown");
      });
    }
    return () => {
      over = true;
      clearTimeout(timer);
      stop();
    };
  }, [active, pauseMs, attempt, wanted]);

  const switchCamera = () => {
    const current = track.current?.getSettings().deviceId;
    const next = cameras[(cameras.indexOf(current) + 1) % cameras.length];
    localStorage.setItem(KEPT_CAMERA, next);
    setWanted(next);
  };
  const switchTorch = async () => {
    await track.current.applyConstraints({ advanced: [{ torch: !torch }] });
    setTorch(!torch);
  };
  const retry = () => {
    setState("opening");
    setAttempt(attempt + 1);
  };

  return (
    <div className="scanner" data-testid="scanner" data-state={active ? state : "off"}>
      <video ref={video} autoPlay muted playsInline aria-label="Camera picture" hidden={state === "refused"} />
      {state === "ready" && <div className="scanner-frame" aria-hidden="true" />}
      {state === "opening" && <p className="place-self-center">Opening the camera…</p>}
      {state === "refused" && <Refused onRetry={retry} />}
      {state === "ready" && (
        <div className="scanner-tools">
          {torch !== null && (
            <button type="button" className="btn" aria-pressed={torch} onClick={switchTorch}>Torch</button>
          )}
          {cameras.length > 1 && (
            <button type="button" className="btn" onClick={switchCamera}>Other camera</button>
          )}
        </div>
      )}
    </div>
  );
}
