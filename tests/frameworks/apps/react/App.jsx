import { useEffect, useState } from "react";

export default function App({ Hero, path, words: first }) {
  const [{ words, key, there, at }, set] = useState({ words: first || "The page's own words", key: 1, there: true, at: path });
  useEffect(() => {
    window.mounted = (window.mounted || 0) + 1;
    window.change = (more) => set((now) => ({ ...now, ...more }));
    window.router((at) => window.change({ at }));
    return () => { window.mounted -= 1; };
  }, []);
  return (
    <main className="page">
      {at === "/" ? there && <Hero key={key} words={words} /> : <p>Another page</p>}
    </main>
  );
}
